package dev.tidelock.sync.bundle;

import java.util.Objects;

/** A file is no bundle that this device can use. Nothing of it was taken. */
public final class BundleException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    public enum Kind {
        /** It is something else. */
        NOT_A_BUNDLE,
        /** A newer library wrote it. Update this app. */
        UNSUPPORTED_VERSION,
        /** It is a bundle of another space. */
        OTHER_SPACE,
        /** It ends too early, or was changed, or this device lacks the key that it is sealed with. Export it again, and copy all of it. */
        DAMAGED
    }

    private final Kind kind;

    /** @param message says to a person what is wrong */
    public BundleException(Kind kind, String message) {
        super(message);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** What is wrong with it. */
    public Kind kind() {
        return kind;
    }
}
