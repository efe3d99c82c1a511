package dev.tidelock.sync.monolith;

import java.time.Duration;

/** What to do when the relay has closed a socket, by its code. */
enum AfterClose {
    /** Join again, after a pause that grows. */
    RETRY,
    /** Join again at once, if this was the first time: the session that this socket was in is gone. */
    REJOIN,
    /** Join again, much later: there is no room. */
    WAIT,
    /** Never again: another socket of this device has taken its place. */
    REPLACED,
    /** Never again: this device has left. */
    UNLINKED,
    /** Never again: the other device has taken the session away. */
    REVOKED,
    /** Never again: the relay does not understand this program. */
    REFUSED;

    /** How long to wait where there is no room. */
    static final Duration ROOM_WAIT = Duration.ofSeconds(60);

    static AfterClose of(int code) {
        return switch (code) {
            case 4003, 4004, 4008 -> REFUSED;
            case 4006, 4010 -> WAIT;
            case 4007, 4009 -> REJOIN;
            case 4011 -> UNLINKED;
            case 4012, 4013 -> REVOKED;
            case 4014 -> REPLACED;
            default ->
                RETRY; // 1001 it stops, 1006 the line was cut, 1009 a frame too long, 4001 no join in time, 4005 too
            // many frames
        };
    }

    /** Whether the link is over. */
    boolean isFinal() {
        return this == REPLACED || this == UNLINKED || this == REVOKED || this == REFUSED;
    }
}
