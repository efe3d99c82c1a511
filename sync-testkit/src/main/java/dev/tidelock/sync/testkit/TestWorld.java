package dev.tidelock.sync.testkit;

import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.envelope.SpaceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Devices of one space, their relay and their clock, all in memory, for the tests of an app: the real engine, without a network, threads or waiting. Time passes when
 * the test says so, and everything that is due by then runs on the test's thread, listeners and live queries included; so a test takes milliseconds, and takes the same way
 * each time.
 *
 * <p>For one thread. INSECURE: what it seals, anybody can open.
 */
public final class TestWorld implements AutoCloseable {
    /** How many times every device syncs until everything has arrived. */
    private static final int ROUNDS = 3;

    private final VirtualTime time = new VirtualTime();
    private final SpaceId space = SpaceId.of(new byte[SpaceId.BYTES]);
    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(space, 1, time::millis);
    private final List<TestDevice> devices = new ArrayList<>();

    /** A world without devices, at a time that is always the same. */
    public TestWorld() {}

    /** A device that is new to the space, with an app that has declared nothing. */
    public TestDevice device() {
        return device(app -> app);
    }

    /**
     * A device that is new to the space.
     *
     * @param app what the app declares: strategies, indexes, relations
     */
    public TestDevice device(UnaryOperator<SyncClientBuilder> app) {
        TestDevice device = new TestDevice(this, TestSealer.of(space, devices.size() + 1), app);
        devices.add(device);
        return device;
    }

    /** Lets time pass, and runs what is due on the way. */
    public void advance(Duration duration) {
        time.advance(duration);
    }

    /** The time, milliseconds since 1970. */
    public long millis() {
        return time.millis();
    }

    /**
     * Every device that is online syncs, until all of them have what any of them has.
     *
     * @throws AssertionError if a sync does not go through
     */
    public void syncAll() {
        for (int round = 0; round < ROUNDS; round++) {
            for (TestDevice device : devices) {
                if (device.isOnline()) {
                    device.sync();
                }
            }
        }
    }

    /** What the devices have sent. It may be rolled back or emptied, too. */
    public SimulatedRelay relay() {
        return relay;
    }

    VirtualTime time() {
        return time;
    }

    @Override
    public void close() {
        devices.forEach(TestDevice::close);
    }
}
