package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorCode;
import java.util.concurrent.Semaphore;

/** The memory that the large bodies of all requests and all lines share. */
final class ByteBudget {
    private final Semaphore bytesLeft = new Semaphore(RelayLimits.BODY_BYTES_MAX);

    /** A part of the memory, taken by one request. For one thread at a time. */
    final class Share {
        private int bytes;

        private Share(int bytes) {
            this.bytes = bytes;
        }

        /** Takes more. @throws RefusedException if the others need it all */
        void grow(int more) throws RefusedException {
            acquire(more);
            bytes += more;
        }

        /**
         * Takes or gives back as much as is missing or over.
         *
         * @throws RefusedException if the others need what is missing; then this share is as it was
         */
        void resize(int needed) throws RefusedException {
            if (needed > bytes) {
                grow(needed - bytes);
            } else {
                shrink(needed);
            }
        }

        /** Gives back what is over this. */
        void shrink(int needed) {
            bytesLeft.release(Math.max(0, bytes - needed));
            bytes = Math.min(bytes, needed);
        }

        /** Harmless if it has been given back. */
        void giveBack() {
            shrink(0);
        }
    }

    /**
     * Takes a share, at once or not at all.
     *
     * @throws RefusedException if the others need it all
     */
    Share take(int bytes) throws RefusedException {
        acquire(bytes);
        return new Share(bytes);
    }

    private void acquire(int bytes) throws RefusedException {
        if (!bytesLeft.tryAcquire(bytes)) {
            throw new RefusedException(ErrorCode.THROTTLED, "the relay is busy");
        }
    }
}
