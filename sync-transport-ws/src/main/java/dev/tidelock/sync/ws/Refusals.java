package dev.tidelock.sync.ws;

import dev.tidelock.sync.http.internal.AnswerChecks;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import dev.tidelock.sync.ws.wire.LineError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a relay's refusals stand for: the same as over HTTP. */
final class Refusals {
    private Refusals() {}

    static boolean is(LineError error, ErrorCode code) {
        return error.status() == code.status() && error.answer().code().equals(code.code());
    }

    static TransportException failure(LineError error) {
        String message =
                "the relay answered " + error.status() + " " + error.answer().code() + ": "
                        + AnswerChecks.printable(error.answer().message());
        Duration wait = error.retryAfterSeconds() == 0 ? null : Line.bounded(error.retryAfterSeconds());
        return new TransportException(kind(error), message, wait, null);
    }

    private static Kind kind(LineError error) {
        if (is(error, ErrorCode.UNKNOWN_SPACE)) {
            return Kind.UNKNOWN_SPACE;
        }
        int status = error.status();
        if (status == 429 || status >= 500) {
            return Kind.THROTTLED;
        }
        if (status == 401 || status == 403) {
            return Kind.UNAUTHORIZED;
        }
        return status == 408 ? Kind.OFFLINE : Kind.REJECTED;
    }

    static @Nullable Duration retryAfter(@Nullable Throwable failed) {
        return failed instanceof TransportException refused ? refused.retryAfter() : null;
    }

    /** A wait in seconds, if the text is a number. */
    static @Nullable Duration seconds(@Nullable String text) {
        return isNumber(text) ? Line.bounded(Long.parseLong(text)) : null;
    }

    /** A wait in milliseconds, if the text is a number. */
    static @Nullable Duration millis(@Nullable String text) {
        return isNumber(text) ? Line.bounded(Long.parseLong(text) / 1000) : null;
    }

    private static boolean isNumber(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,9}");
    }
}
