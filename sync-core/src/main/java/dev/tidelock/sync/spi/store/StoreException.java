package dev.tidelock.sync.spi.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store could not be opened, read or written. The transaction under way had no effect. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    public enum Kind {
        /** Another process holds it up for longer than one should wait. */
        LOCKED,
        /** It is damaged, or not a store of this library. */
        CORRUPT,
        /** The disk is full. */
        FULL,
        /** A newer version of this library has written it. */
        NEWER_VERSION,
        /** It has been closed. */
        CLOSED,
        /** Anything else that the medium reports. */
        IO
    }

    private final Kind kind;

    /** @param cause what the store's driver reported; null if nothing did */
    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** What kind of failure it is. */
    public Kind kind() {
        return kind;
    }
}
