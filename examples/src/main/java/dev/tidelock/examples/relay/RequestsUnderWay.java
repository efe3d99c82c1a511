package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorCode;
import java.util.concurrent.TimeUnit;

/** How many requests are under way; none begins once the relay stops, and stopping waits for the others. */
final class RequestsUnderWay {
    // Guarded by this.
    private int count;
    private boolean stopping;

    /** @throws RefusedException if the relay stops, or has enough to do */
    synchronized void begin() throws RefusedException {
        if (stopping) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, "the relay is stopping");
        }
        if (count >= RelayLimits.REQUESTS_MAX) {
            throw new RefusedException(ErrorCode.THROTTLED, "the relay is busy");
        }
        count++;
    }

    synchronized void end() {
        count--;
        notifyAll();
    }

    /** Lets no more requests begin. */
    synchronized void stop() {
        stopping = true;
    }

    /** Waits until none is under way, or for this long. */
    synchronized void awaitNone(long millisMax) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
        for (long left = millisMax;
                count > 0 && left > 0;
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            wait(left);
        }
    }
}
