package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorCode;
import java.util.concurrent.Semaphore;

/** The memory that the large bodies of all requests share. */
final class ByteBudget {
    private final Semaphore bytesLeft = new Semaphore(RelayLimits.BODY_BYTES_MAX);

    /**
     * Takes a share, at once or not at all.
     *
     * @return what gives it back; to be run once
     * @throws RefusedException if the others need it all
     */
    Runnable take(int bytes) throws RefusedException {
        if (!bytesLeft.tryAcquire(bytes)) {
            throw new RefusedException(ErrorCode.THROTTLED, "the relay is busy");
        }
        return () -> bytesLeft.release(bytes);
    }
}
