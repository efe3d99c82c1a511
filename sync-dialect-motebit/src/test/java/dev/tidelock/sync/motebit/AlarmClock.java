package dev.tidelock.sync.motebit;

import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A runtime whose alarms go off when the test says so. */
final class AlarmClock implements SyncRuntime {
    private final LinkedBlockingQueue<Alarm> alarms = new LinkedBlockingQueue<>();

    /** One that was set. */
    static final class Alarm {
        final Duration delay;
        private final Runnable task;
        private volatile boolean cancelled;

        private Alarm(Duration delay, Runnable task) {
            this.delay = delay;
            this.task = task;
        }

        boolean isCancelled() {
            return cancelled;
        }

        void goOff() {
            if (!cancelled) {
                task.run();
            }
        }
    }

    /** The next one that was set, in the order of setting. */
    Alarm next() throws InterruptedException {
        Alarm next = alarms.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no alarm was set");
        }
        return next;
    }

    @Override
    public long wallMillis() {
        return 1_770_000_000_000L;
    }

    @Override
    public long monotonicNanos() {
        return 0;
    }

    @Override
    public double random() {
        return 0.5;
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        return alarm(delay, task);
    }

    @Override
    public Cancellable alarm(Duration delay, Runnable task) {
        Alarm alarm = new Alarm(delay, task);
        alarms.add(alarm);
        return () -> alarm.cancelled = true;
    }

    @Override
    public Executor listenerExecutor() {
        return Runnable::run;
    }

    @Override
    public void close() {}
}
