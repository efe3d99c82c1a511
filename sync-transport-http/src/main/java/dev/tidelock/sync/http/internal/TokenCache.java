package dev.tidelock.sync.http.internal;

import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The token in use. However many callers are refused with it at the same time, one new one is made, and they all get that.
 */
public final class TokenCache {
    /** Tokens live for five minutes; a minute is left for the call. */
    public static final long AGE_MILLIS_MAX = 4 * 60 * 1000;

    private final LongFunction<String> source;
    private final RelayClock clock;

    // Guarded by this. The source is called under the lock on purpose: whoever comes meanwhile waits for the same
    // token.
    private @Nullable Token token;

    /** @param source makes a token that is issued at the relay's time; see {@code TokenSource} */
    public TokenCache(LongFunction<String> source, RelayClock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** One token, and when it was made. Compared by identity: two made in the same millisecond have the same text. */
    public static final class Token {
        private final String text;
        private final long madeAtWallMillis;

        private Token(String text, long madeAtWallMillis) {
            this.text = text;
            this.madeAtWallMillis = madeAtWallMillis;
        }

        /** The token itself; never logged. */
        public String text() {
            return text;
        }

        /** What stands in the header. */
        public String authorization() {
            return "Tidelock " + text;
        }

        @Override
        public String toString() {
            return "Token[redacted]";
        }
    }

    /** A token that should be good: made a short while ago, at the latest. */
    public synchronized Token current() {
        Token there = token;
        return there != null && isYoung(there) ? there : renew();
    }

    /** A token that is not the refused one: a new one, unless some other caller has brought it already. */
    public synchronized Token insteadOf(Token refused) {
        Token there = token;
        return there != null && there != refused ? there : renew();
    }

    private boolean isYoung(Token there) {
        long ageMillis = clock.wallMillis() - there.madeAtWallMillis;
        return ageMillis >= 0 && ageMillis < AGE_MILLIS_MAX; // negative: the clock was put back
    }

    private Token renew() {
        Token fresh = new Token(source.apply(clock.relayMillis()), clock.wallMillis());
        token = fresh;
        return fresh;
    }
}
