package dev.tidelock.examples.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncStatus;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a relay shows: nothing is lost, nothing hangs, and once it is honest again all devices are one. */
class HostileRelayTest {
    private static final int CYCLES_MAX = 3;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void anyLie_whileAllDevicesWrite_losesNothingAndIsOverWhenItEnds(Lie lie) throws Exception {
        try (HostileWorld world = new HostileWorld(folder, 3)) {
            writeAndSync(world);
            settle(world);
            requireOne(world);

            lie.begin(world);
            Set<BlockedBy> told = EnumSet.noneOf(BlockedBy.class);
            for (int round = 0; round < 2; round++) {
                writeAndSync(world);
                world.devices()
                        .forEach(device -> told.add(device.client().status().blockedBy()));
            }
            assertTrue(told.contains(lie.blockedBy()), told::toString);
            if (lie.letNewThrough(world)) {
                writeAndSync(world);
            }
            requireNamed(lie, world);
            lie.end(world);

            settle(world);
            if (lie.leavesJunk()) {
                world.devices().forEach(HostileDevice::discardJunk);
                settle(world);
            }
            requireOne(world);
        }
    }

    @Test
    void logWithoutEnd_stopsNoWriteAndNoOtherDevice() throws Exception {
        try (HostileWorld world = new HostileWorld(folder, 2)) {
            writeAndSync(world);
            CountDownLatch pages = new CountDownLatch(10);
            world.proxy().show((trueLog, reader) -> {
                pages.countDown();
                return new EndlessLog(trueLog);
            });
            SyncClient reading = world.device(0).client();
            CompletableFuture<?> sync = reading.syncAsync();
            pages.await();
            world.device(0).write();
            world.device(0).requireHasItsOwn();
            world.proxy().show(LyingProxy.TRUTH);
            sync.handle((report, failure) -> "over").get();
            settle(world);
            requireOne(world);
        }
    }

    /** By now two devices have got an envelope of each other. */
    private static void requireNamed(Lie lie, HostileWorld world) {
        Set<Incident.Kind> named = EnumSet.noneOf(Incident.Kind.class);
        for (HostileDevice device : world.devices()) {
            device.client().status().incidents().forEach(incident -> named.add(incident.kind()));
        }
        if (lie.incident() != null) {
            assertTrue(named.contains(lie.incident()), () -> lie + " is not named, but " + named);
        }
    }

    private static void writeAndSync(HostileWorld world) throws Exception {
        for (HostileDevice device : world.devices()) {
            device.write();
            device.trySync();
        }
    }

    private static void settle(HostileWorld world) throws Exception {
        for (int cycle = 0; cycle < CYCLES_MAX; cycle++) {
            for (HostileDevice device : world.devices()) {
                device.trySync();
                device.acceptIfAsked();
            }
        }
    }

    private static void requireOne(HostileWorld world) {
        Set<String> written = new TreeSet<>();
        world.devices().forEach(device -> written.addAll(device.written()));
        String expected = world.device(0).client().stateHash();
        for (HostileDevice device : world.devices()) {
            SyncStatus status = device.client().status();
            assertEquals(BlockedBy.NOTHING, status.blockedBy(), status::toString);
            assertEquals(0, status.pending() + status.passingOn(), status::toString);
            for (String id : written) {
                assertTrue(device.client().collection("notes").get(id).isPresent(), id);
            }
            assertEquals(
                    Integer.toString(written.size()),
                    device.client()
                            .collection("counters")
                            .get("notes")
                            .orElseThrow()
                            .toJson());
            assertEquals(expected, device.client().stateHash());
            assertEquals(
                    0, status.quarantined(), () -> device.client().quarantine().toString());
            assertEquals(SyncStatus.State.SYNCED, status.state(), status::toString);
        }
    }
}
