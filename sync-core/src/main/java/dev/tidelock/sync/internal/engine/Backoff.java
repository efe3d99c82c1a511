package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait after a failure, so that a fleet that failed together does not come back together: exponential, then capped, then jitter over all that
 * the cap leaves above a floor. Source: Brooker, "Exponential Backoff and Jitter", 2015. The jitter comes after the cap: before it, whoever is at the cap
 * waits exactly as long as everybody else.
 *
 * <p>Why a floor. When a long outage ends, each client is somewhere within a wait. How long the rest of a wait is has the density
 * {@code P(wait > t) / mean wait} (the residual life of a renewal process; Feller, "An Introduction to Probability Theory and Its Applications", vol. 2,
 * chapter XI), so the first second sees {@code 1 / mean wait} of the clients. Waits from 0 to the cap have a mean of half the cap: the fleet comes back at
 * twice the even rate at first, and by chance at more. Waits from a quarter of the cap on make that 1.6 times.
 *
 * <p>What the remote asks for is waited out in full, and it raises the window too: clients that are refused in the same second come back over as long a time
 * as they were asked to wait, not within the second that a first failure is worth.
 */
final class Backoff {
    private static final long BASE_MILLIS = 1_000;
    private static final long CAP_MILLIS = 300_000;
    private static final int DOUBLINGS_MAX = 10;

    /** The part of a window that is always waited out. */
    private static final double FLOOR = 0.25;

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

    /** Counts a failure, and says how long to wait: what the remote asked for and the floor, whichever is longer, and then the jitter. */
    Duration failed(@Nullable Duration retryAfter) {
        long capped = Math.min(CAP_MILLIS, BASE_MILLIS << Math.min(failuresInARow, DOUBLINGS_MAX));
        failuresInARow++;
        long asked = askedMillis(retryAfter);
        double window = Math.max(capped, asked);
        double floor = Math.max(asked, window * FLOOR);
        double jitter = window * (1 - FLOOR) * runtime.random();
        return Duration.ofMillis((long) (floor + jitter));
    }

    private static long askedMillis(@Nullable Duration retryAfter) {
        if (retryAfter == null || retryAfter.isNegative()) {
            return 0;
        }
        boolean tooLong = retryAfter.compareTo(SyncLimits.RETRY_AFTER_MAX) > 0;
        return (tooLong ? SyncLimits.RETRY_AFTER_MAX : retryAfter).toMillis();
    }
}
