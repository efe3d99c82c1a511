package dev.tidelock.sync.internal.codec;

/** What was opened is not what an envelope holds. The message says what is wrong, and holds no data of the user's. */
public final class CodecException extends Exception {
    private static final long serialVersionUID = 1L;

    CodecException(String problem) {
        super(problem);
    }
}
