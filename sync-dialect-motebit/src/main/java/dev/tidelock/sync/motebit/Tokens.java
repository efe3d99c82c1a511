package dev.tidelock.sync.motebit;

import dev.tidelock.sync.http.internal.RelayClock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The token in use. However many calls are refused with it at the same time, one new one is made, and they all get that. */
final class Tokens {
    /** A minute is left for the call. */
    private static final long AGE_MILLIS_MAX = DeviceSigner.TOKEN_MILLIS - 60 * 1000;

    private final DeviceSigner device;
    private final RelayClock clock;

    // Guarded by this.
    private @Nullable String token;
    private long madeAtMillis;

    Tokens(DeviceSigner device, RelayClock clock) {
        this.device = device;
        this.clock = clock;
    }

    /** A token that should be good: made a short while ago, at the latest. */
    synchronized String current() {
        String there = token;
        long ageMillis = clock.wallMillis() - madeAtMillis;
        boolean young = ageMillis >= 0 && ageMillis < AGE_MILLIS_MAX; // negative: the clock was put back
        return there != null && young ? there : renew();
    }

    /** A token that is not the refused one: a new one, unless some other call has brought it already. */
    synchronized String insteadOf(String refused) {
        String there = token;
        return there != null && !there.equals(refused) ? there : renew();
    }

    private String renew() {
        String fresh = device.token(clock.relayMillis(), UUID.randomUUID().toString());
        token = fresh;
        madeAtMillis = clock.wallMillis();
        return fresh;
    }
}
