package dev.tidelock.sync.http.wire;

/** The refusals that a relay knows, with the status that each travels under. */
public enum ErrorCode {
    /** The request is not one of the protocol, or its body did not arrive whole. */
    MALFORMED(400, "malformed"),
    /** The request needs a token, and has none. */
    TOKEN_MISSING(401, "token-missing"),
    /** The token is not one of a version that the relay knows. */
    TOKEN_MALFORMED(401, "token-malformed"),
    /** The token was good; its time is over by the relay's clock. A new one will do. */
    TOKEN_EXPIRED(401, "token-expired"),
    /** The token is not signed by the device that it names, or claims a time or a life that is not accepted. */
    TOKEN_INVALID(401, "token-invalid"),
    /** The space is there; the device is no member of it, or no longer. */
    NOT_A_MEMBER(403, "not-a-member"),
    /** The relay has no such space. It may have had it once. */
    UNKNOWN_SPACE(404, "unknown-space"),
    /** There is no such mailbox, or it has expired. */
    UNKNOWN_MAILBOX(404, "unknown-mailbox"),
    /** Nothing was ever written into this cell. */
    UNKNOWN_CELL(404, "unknown-cell"),
    /** The protocol has no such path. */
    UNKNOWN_PATH(404, "unknown-path"),
    /** The path is there, for other methods. */
    METHOD(405, "method"),
    /** The cursor is not one of the log that is there now; the answer names that one. */
    CURSOR_REFUSED(409, "cursor-refused"),
    /** There is a mailbox of this id already. */
    EXISTS(409, "exists"),
    /** The slot of the mailbox has been written already; the first content stays. */
    TAKEN(409, "taken"),
    /** The space has as many devices as it may have. */
    SPACE_FULL(409, "space-full"),
    /** The cell has another version than the one that is to be replaced. */
    CHANGED(412, "changed"),
    /** The body is longer than what this request may carry. */
    TOO_LARGE(413, "too-large"),
    /** The body has not the content type that this request asks for. */
    CONTENT_TYPE(415, "content-type"),
    /** The relay has enough to do. Again later, not before what {@code Retry-After} says. */
    THROTTLED(429, "throttled"),
    /** The relay is broken. Its own log says more. */
    INTERNAL(500, "internal"),
    /** The relay is stopping, or cannot use its data. Again later. */
    UNAVAILABLE(503, "unavailable");

    private final int status;
    private final String code;

    ErrorCode(int status, String code) {
        this.status = status;
        this.code = code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The name that stands in the body. */
    public String code() {
        return code;
    }
}
