package dev.tidelock.sync.http.wire;

import org.jspecify.annotations.Nullable;

/** Bytes that came over the wire are not what the protocol says. The message says what is wrong, and holds none of the bytes. */
public final class WireFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param problem what is wrong, without any of the bytes */
    public WireFormatException(String problem) {
        this(problem, null);
    }

    /**
     * @param problem what is wrong, without any of the bytes
     * @param cause what found it out; null if nothing else did
     */
    public WireFormatException(String problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
