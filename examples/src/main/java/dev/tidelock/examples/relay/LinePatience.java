package dev.tidelock.examples.relay;

import dev.tidelock.sync.ws.wire.LineLimits;
import java.time.Duration;

/**
 * How long a relay waits for the client of a line.
 *
 * @param auth for a token, after the line was opened
 * @param request for the rest of a message, after it has begun
 * @param write until a message has been read
 * @param silence until anything is heard
 * @param expired after the token's time is over
 * @param goodbye until a line that was told to end is ended
 * @param tick from one look at the lines to the next
 */
record LinePatience(
        Duration auth,
        Duration request,
        Duration write,
        Duration silence,
        Duration expired,
        Duration goodbye,
        Duration tick) {
    static final LinePatience DEFAULT = new LinePatience(
            Duration.ofSeconds(LineLimits.AUTH_SECONDS_MAX),
            RelaySettings.REQUEST_TIMEOUT_DEFAULT,
            Duration.ofSeconds(30),
            Duration.ofSeconds(LineLimits.SILENCE_SECONDS_MAX),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1));

    LinePatience withRequest(Duration chosen) {
        return new LinePatience(auth, chosen, write, silence, expired, goodbye, tick);
    }

    static boolean isOver(long nowNanos, long sinceNanos, Duration limit) {
        return nowNanos - sinceNanos > limit.toNanos();
    }

    /** For a token while others wait for the line's place. */
    Duration hurry() {
        return auth.dividedBy(10);
    }

    /** From one ping to the next: so that a client that lives is heard in time. */
    Duration ping() {
        return silence.dividedBy(3);
    }
}
