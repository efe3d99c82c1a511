package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.spi.transport.LogId;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request that is not granted. The message is for the one who asked, and names nothing that they did not send. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(RelayServer.class);

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

    /** The refusal that a failure of any kind becomes; what is this relay's own fault is logged. */
    static RefusedException of(Throwable failure) {
        if (failure instanceof RefusedException refused) {
            return refused;
        }
        if (failure instanceof WireFormatException) {
            return new RefusedException(ErrorCode.MALFORMED, String.valueOf(failure.getMessage()));
        }
        if (failure instanceof SQLException) {
            LOG.error("the relay's data file fails", failure);
            return new RefusedException(ErrorCode.UNAVAILABLE, "the relay cannot use its data file");
        }
        LOG.error("the relay is broken", failure);
        return new RefusedException(ErrorCode.INTERNAL, "the relay is broken; its log says more");
    }

    /** How long to wait before trying again, in seconds; 0 if that would change nothing. */
    int retryAfterSeconds() {
        return code == ErrorCode.THROTTLED || code == ErrorCode.UNAVAILABLE ? 1 : 0;
    }

    /** What the one who asked gets to read. */
    ErrorAnswer answer(long nowMillis) {
        String message = getMessage();
        return new ErrorAnswer(code.code(), message == null ? "" : message, log, nowMillis);
    }

    ErrorCode code() {
        return code;
    }
}
