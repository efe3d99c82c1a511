package dev.tidelock.sync.link;

/** What a link brought is no message of this protocol. */
final class LinkFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    LinkFormatException(String message) {
        super(message);
    }
}
