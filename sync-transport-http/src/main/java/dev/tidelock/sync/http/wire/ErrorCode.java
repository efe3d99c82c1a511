package dev.tidelock.sync.http.wire;

/** The refusals that a relay knows, with the status that each travels under. */
public enum ErrorCode {
    MALFORMED(400, "malformed"),
    TOKEN_MISSING(401, "token-missing"),
    TOKEN_MALFORMED(401, "token-malformed"),
    TOKEN_EXPIRED(401, "token-expired"),
    TOKEN_INVALID(401, "token-invalid"),
    NOT_A_MEMBER(403, "not-a-member"),
    UNKNOWN_SPACE(404, "unknown-space"),
    UNKNOWN_MAILBOX(404, "unknown-mailbox"),
    UNKNOWN_PATH(404, "unknown-path"),
    METHOD(405, "method"),
    CURSOR_REFUSED(409, "cursor-refused"),
    EXISTS(409, "exists"),
    TAKEN(409, "taken"),
    SPACE_FULL(409, "space-full"),
    TOO_LARGE(413, "too-large"),
    CONTENT_TYPE(415, "content-type"),
    THROTTLED(429, "throttled"),
    INTERNAL(500, "internal"),
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
