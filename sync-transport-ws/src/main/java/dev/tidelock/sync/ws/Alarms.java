package dev.tidelock.sync.ws;

import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SyncRuntime.Cancellable;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/** Sets alarms, also where the runtime may have been closed: then nothing happens any more. */
final class Alarms {
    private Alarms() {}

    static Cancellable set(SyncRuntime runtime, Duration delay, Runnable task) {
        try {
            return runtime.alarm(delay, task);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }
}
