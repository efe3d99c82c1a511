package dev.tidelock.sync.ws;

/** The line cannot be used, or was cut before the answer came. Another way is open. */
final class LineCutException extends Exception {
    private static final long serialVersionUID = 1L;

    LineCutException(String message) {
        super(message, null, false, false); // not a fault: no stack trace
    }
}
