package dev.tidelock.sync.testkit;

import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/**
 * One device's time, chance and threads, in {@link VirtualTime}: its wall clock may be off and may jump, its random numbers come from a seed, and its
 * threads are tasks of the world. Listeners run as tasks of their own, in order.
 */
public final class SimulatedRuntime implements SyncRuntime {
    private final VirtualTime time;
    private final SeededRandom random;
    private final VirtualTime.Lane engine = new VirtualTime.Lane();
    private final VirtualTime.Lane listeners = new VirtualTime.Lane();
    private final VirtualTime.Lane alarms = new VirtualTime.Lane();
    private long clockOffsetMillis;

    /**
     * A device whose clock is right.
     *
     * @param time the world that the device lives in
     * @param seed of its random numbers
     */
    public SimulatedRuntime(VirtualTime time, long seed) {
        this.time = Objects.requireNonNull(time, "time");
        this.random = new SeededRandom(seed);
    }

    /** Sets how far the device's wall clock is ahead of the world's; negative if it is behind. It jumps there. */
    public void setClockOffset(Duration offset) {
        clockOffsetMillis = offset.toMillis();
    }

    @Override
    public long wallMillis() {
        return time.millis() + clockOffsetMillis;
    }

    @Override
    public long monotonicNanos() {
        return time.nanos();
    }

    @Override
    public double random() {
        return random.nextDouble();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        return time.schedule(delay, task, engine);
    }

    @Override
    public Cancellable alarm(Duration delay, Runnable task) {
        return time.schedule(delay, task, alarms);
    }

    /** Lets the world's time pass until it is done. */
    @Override
    public boolean await(Future<?> done, Duration atMost) {
        time.advanceUntil(done::isDone, atMost);
        return done.isDone();
    }

    @Override
    public Executor listenerExecutor() {
        return task -> time.schedule(Duration.ZERO, task, listeners);
    }

    /** Drops every task that has not started. */
    @Override
    public void close() {
        engine.close();
        alarms.close();
        listeners.close();
    }
}
