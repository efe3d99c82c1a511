package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait after a failure: exponential, capped, then full jitter, so that a fleet that failed together does not come back together. Source:
 * Brooker, "Exponential Backoff and Jitter", 2015; the jitter comes after the cap.
 */
final class Backoff {
    private static final long BASE_MILLIS = 1_000;
    private static final long CAP_MILLIS = 300_000;
    private static final int DOUBLINGS_MAX = 10;

    private final SyncRuntime runtime;
    private int failuresInARow;

    Backoff(SyncRuntime runtime) {
        this.runtime = runtime;
    }

    void succeeded() {
        failuresInARow = 0;
    }

    boolean isFailing() {
        return failuresInARow > 0;
    }

    /** Counts a failure. What the remote asked for is waited out first, in full; then comes the jitter. */
    Duration failed(@Nullable Duration retryAfter) {
        long capped = Math.min(CAP_MILLIS, BASE_MILLIS << Math.min(failuresInARow, DOUBLINGS_MAX));
        failuresInARow++;
        long jittered = (long) (capped * runtime.random());
        boolean tooLong = retryAfter != null && retryAfter.compareTo(SyncLimits.RETRY_AFTER_MAX) > 0;
        Duration asked = retryAfter == null ? Duration.ZERO : tooLong ? SyncLimits.RETRY_AFTER_MAX : retryAfter;
        return Duration.ofMillis(jittered).plus(asked);
    }
}
