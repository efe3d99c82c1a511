package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.spi.transport.LogId;
import org.jspecify.annotations.Nullable;

/** A request that is not granted. The message is for the one who asked, and names nothing that they did not send. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient @Nullable LogId log;

    RefusedException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /** @param log the log that is there; if a cursor is refused */
    RefusedException(ErrorCode code, String message, @Nullable LogId log) {
        super(message, null, false, false); // an answer, not a fault: no stack trace
        this.code = code;
        this.log = log;
    }

    ErrorCode code() {
        return code;
    }

    @Nullable
    LogId log() {
        return log;
    }
}
