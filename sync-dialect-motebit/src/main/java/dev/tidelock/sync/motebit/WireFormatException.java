package dev.tidelock.sync.motebit;

/** What a relay sent makes no sense. The message never quotes it. */
final class WireFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    WireFormatException(String message) {
        super(message);
    }
}
