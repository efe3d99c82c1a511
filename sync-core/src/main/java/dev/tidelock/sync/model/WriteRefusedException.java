package dev.tidelock.sync.model;

import org.jspecify.annotations.Nullable;

/** A local change was refused before anything of it was kept. The message says what was given and what is accepted. */
public final class WriteRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param cause what refused it; null if it was the library itself */
    public WriteRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
