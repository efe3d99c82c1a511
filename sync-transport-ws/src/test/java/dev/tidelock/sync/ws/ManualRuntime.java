package dev.tidelock.sync.ws;

import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Time that stands still unless it is told otherwise, chance that is always the same, and alarms that go off when a test says so. */
final class ManualRuntime implements SyncRuntime {
    static final long WALL_MILLIS = 1_700_000_000_000L;
    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    // Guarded by this.
    private final List<Alarm> alarms = new ArrayList<>();
    private double random = 0.5;
    private long nanos;
    private long pace;

    static final class Alarm implements Cancellable {
        private final Duration delay;
        private final Runnable task;
        private boolean cancelled;

        Alarm(Duration delay, Runnable task) {
            this.delay = delay;
            this.task = task;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Override
    public long wallMillis() {
        return WALL_MILLIS;
    }

    @Override
    public synchronized long monotonicNanos() {
        nanos += pace;
        return nanos;
    }

    /** From now on so much time passes each time that somebody looks. */
    synchronized void pace(Duration each) {
        pace = each.toNanos();
    }

    @Override
    public synchronized double random() {
        return random;
    }

    synchronized void random(double next) {
        random = next;
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        throw new AssertionError("the engine's thread is the engine's");
    }

    @Override
    public synchronized Cancellable alarm(Duration delay, Runnable task) {
        Alarm alarm = new Alarm(delay, task);
        alarms.add(alarm);
        notifyAll();
        return alarm;
    }

    /** Waits for an alarm of this delay to be set, and lets it go off. */
    void fire(Duration delay) throws InterruptedException {
        Alarm alarm = await(delay);
        synchronized (this) {
            alarms.remove(alarm);
        }
        alarm.task.run();
    }

    /** Waits for an alarm of this delay to be set. */
    Alarm await(Duration delay) throws InterruptedException {
        return await(alarm -> alarm.delay.equals(delay), "of " + delay);
    }

    /** Waits for any alarm to be set. @return its delay */
    Duration awaitAny() throws InterruptedException {
        return await(alarm -> true, "of any delay").delay;
    }

    private synchronized Alarm await(Predicate<Alarm> wanted, String which) throws InterruptedException {
        long end = System.nanoTime() + WAIT_NANOS_MAX;
        while (true) {
            for (Alarm alarm : alarms) {
                if (!alarm.cancelled && wanted.test(alarm)) {
                    return alarm;
                }
            }
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("no alarm " + which + " was set, but " + pending());
            }
            wait(left);
        }
    }

    /** The delays of the alarms that may still go off. */
    synchronized List<Duration> pending() {
        List<Duration> delays = new ArrayList<>();
        alarms.stream().filter(alarm -> !alarm.cancelled).forEach(alarm -> delays.add(alarm.delay));
        return delays;
    }

    @Override
    public Executor listenerExecutor() {
        throw new AssertionError("there are no listeners of the app here");
    }

    @Override
    public void close() {
        throw new AssertionError("the runtime is the app's to close");
    }
}
