package dev.tidelock.sync.ws;

import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.time.Duration;

/**
 * How long to wait before a line is opened again: any time up to a bound (full jitter), which doubles with every line that was of no use. So a thousand clients of a relay that
 * was cut off come back spread out, and one whose way is blocked soon asks rarely. For one thread at a time.
 */
final class Backoff {
    private static final long FIRST_MILLIS = 250;
    private static final long CUT_MILLIS_MAX = 30_000;
    private static final long REFUSED_MILLIS_MAX = 300_000;
    private static final long NONSENSE_MILLIS_MIN = 30_000;
    private static final int DOUBLINGS_MAX = 16;

    private final SyncRuntime runtime;
    private int useless;
    private boolean freshTokenTried;

    Backoff(SyncRuntime runtime) {
        this.runtime = runtime;
    }

    Duration next(LineEnd end) {
        useless = end.served() ? 0 : Math.min(useless + 1, DOUBLINGS_MAX);
        freshTokenTried &= !end.served();
        long bound = Math.min(max(end.reason()), FIRST_MILLIS << useless);
        Duration asked = end.retryAfter();
        switch (end.reason()) {
            case TOKEN -> {
                if (!freshTokenTried) {
                    freshTokenTried = true;
                    return Duration.ZERO;
                }
            }
            case STOPPED -> bound = Math.max(bound, asked == null ? 0 : asked.toMillis());
            case NONSENSE -> bound = Math.max(bound, NONSENSE_MILLIS_MIN);
            default -> {
                // The bound will do.
            }
        }
        long millis = (long) (bound * runtime.random());
        return end.reason() == LineEnd.Reason.REFUSED && asked != null
                ? asked.plusMillis(millis) // not before that
                : Duration.ofMillis(millis);
    }

    private static long max(LineEnd.Reason reason) {
        return switch (reason) {
            case CUT, STOPPED -> CUT_MILLIS_MAX;
            case TOKEN, REFUSED, NONSENSE -> REFUSED_MILLIS_MAX;
        };
    }
}
