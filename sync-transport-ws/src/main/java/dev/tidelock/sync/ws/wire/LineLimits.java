package dev.tidelock.sync.ws.wire;

import dev.tidelock.sync.http.wire.WireLimits;

/** Every bound of the line that is not one of {@link WireLimits}, and what it says when it ends. */
public final class LineLimits {
    /** The subprotocol that both sides name. */
    public static final String SUBPROTOCOL = "tidelock.1";

    /** The longest message of a client: a push. */
    public static final int REQUEST_BYTES_MAX = LineMessage.HEAD_BYTES + WireLimits.PUSH_BYTES_MAX;

    /** The longest message of a relay: the longest page. */
    public static final int ANSWER_BYTES_MAX =
            LineMessage.HEAD_BYTES + WireLimits.pageBytesMax(WireLimits.PULL_BYTES_MAX);

    /** The longest token. */
    public static final int TOKEN_BYTES_MAX = 1024;

    /** The most requests that a client may have asked, and that are not answered. */
    public static final int REQUESTS_MAX = 4;

    /** How long a client may take to show its token, in seconds. */
    public static final int AUTH_SECONDS_MAX = 10;

    /** Who hears nothing for so many seconds takes the line for cut. */
    public static final int SILENCE_SECONDS_MAX = 60;

    /** Close code: it was asked for. */
    public static final int CLOSE_NORMAL = 1000;

    /** Close code: whoever is there goes away for good. */
    public static final int CLOSE_GOING_AWAY = 1001;

    /** Close code: a message that is none of the protocol. */
    public static final int CLOSE_PROTOCOL = 1003;

    /** Close code: a message that is too long. */
    public static final int CLOSE_TOO_LONG = 1009;

    /** Close code: the relay is broken. */
    public static final int CLOSE_INTERNAL = 1011;

    /** Close code: the relay stops, and comes back. */
    public static final int CLOSE_RESTART = 1012;

    /** Close code: the relay has enough to do. */
    public static final int CLOSE_FULL = 1013;

    /** Close code: the token is not accepted, or its time is over. */
    public static final int CLOSE_TOKEN = 4401;

    /** Close code: no member of the space any more. */
    public static final int CLOSE_NOT_A_MEMBER = 4403;

    /** Close code: what was sent was not read in time. */
    public static final int CLOSE_TOO_SLOW = 4408;

    private LineLimits() {}
}
