package dev.tidelock.sync.envelope;

/** Bytes are not an envelope of a format that this library reads. The message says what is wrong. */
public final class EnvelopeFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** @param problem what is wrong, without any of the bytes */
    public EnvelopeFormatException(String problem) {
        super(problem);
    }
}
