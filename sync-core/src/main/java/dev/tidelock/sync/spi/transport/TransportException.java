package dev.tidelock.sync.spi.transport;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A remote could not be asked, or did not answer as it should. The engine acts on the kind, never on the message. */
public final class TransportException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is, and so what to do. */
    public enum Kind {
        /** The remote cannot be reached, or the answer was lost. Try again later. */
        OFFLINE,
        /** The remote asks for patience, or has trouble of its own. Try again, not before {@link #retryAfter()}. */
        THROTTLED,
        /** The remote does not accept this device's tokens, after a fresh one too. Needs attention. */
        UNAUTHORIZED,
        /** The remote will not do this, and would not the next time. Needs attention. */
        REJECTED,
        /** The remote answers as it should, and does not have the space: it was emptied, replaced or swapped. Needs a decision. */
        UNKNOWN_SPACE,
        /** The answer makes no sense: not a relay, a broken one, or a hostile one. Try again, slowly. */
        PROTOCOL
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    /** @param cause what went wrong below; null if nothing did */
    public TransportException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, null, cause);
    }

    /** @param retryAfter how long the remote asked to wait; null if it did not */
    public TransportException(Kind kind, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.retryAfter = retryAfter;
    }

    /** What kind of failure it is, and so what to do. */
    public Kind kind() {
        return kind;
    }

    /** How long the remote asked to wait; null if it did not. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
