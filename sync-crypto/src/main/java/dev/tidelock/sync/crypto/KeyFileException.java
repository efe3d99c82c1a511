package dev.tidelock.sync.crypto;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A key file could not be read or written. The kind says what to do; the message says it to a person, and holds no secret. */
public final class KeyFileException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, and so what to do. */
    public enum Kind {
        /** There is no such file. Create one, or pair this device. */
        MISSING,
        /** There is a file already, and it was not replaced. */
        ALREADY_EXISTS,
        /** The passphrase (or the protector's key) is another one, or the file was changed. Ask again; these cannot be told apart. */
        WRONG_PASSPHRASE_OR_DAMAGED,
        /** The file is not a key file, or not whole. Restore it, or pair this device again. */
        DAMAGED,
        /** A newer library wrote the file. Update the app. */
        UNSUPPORTED_VERSION,
        /** The file is protected by a passphrase, and none was given. Ask for it. */
        PASSPHRASE_NEEDED,
        /** The file is protected in another way than the one that was given. Open it with that protector. */
        OTHER_PROTECTOR,
        /** Deriving the key would take more memory or time than is accepted or there. */
        TOO_COSTLY,
        /** The app's protector itself failed. The cause says how. */
        PROTECTOR_FAILED,
        /** The file system failed. Try again when the cause is gone; what was there before is still there. */
        IO
    }

    private final Kind kind;

    /** @param cause what the file system or the protector reported; null if nothing did */
    public KeyFileException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** What is wrong, and so what to do. */
    public Kind kind() {
        return kind;
    }
}
