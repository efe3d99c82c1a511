package dev.tidelock.sync.crypto;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pairing came to nothing, and is over: start another one. Nobody got a key by it. The message says to a person what happened
 * and what to do, and holds no secret.
 */
public final class PairingException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What happened. */
    public enum Kind {
        /** The text is not a pairing URI. Scan or copy it again. */
        NOT_A_PAIRING_URI,
        /** A newer library made the pairing URI. Update this app. */
        UNSUPPORTED_VERSION,
        /** The time was over before the other device had done its part. */
        EXPIRED,
        /** The relay has no such invitation (any more): it expired, was refused or withdrawn, or the URI is another relay's. */
        GONE,
        /** Another device used the invitation first. If that was none of yours, somebody has seen the URI, or its mailbox. */
        TAKEN,
        /** What arrived was not sealed with the secret in the URI: somebody on the way, the relay perhaps, changed it. */
        TAMPERED,
        /** What arrived was sealed with the secret, but does not hold what it should: one of the apps is broken, or much newer. */
        MALFORMED,
        /** The user of the inviting device did not approve. */
        REFUSED,
        /** This side cancelled. */
        CANCELLED
    }

    private final Kind kind;

    PairingException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** What happened. */
    public Kind kind() {
        return kind;
    }
}
