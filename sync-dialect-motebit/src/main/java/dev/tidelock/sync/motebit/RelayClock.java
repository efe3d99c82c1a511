package dev.tidelock.sync.motebit;

import java.util.Date;
import java.util.function.LongSupplier;
import okhttp3.Response;

/**
 * The relay's time, as well as it is known: this device's clock, put right by the {@code Date} of the relay's answers, which has whole seconds. The relay allows a token no skew, and a
 * registration five minutes. Safe for use by any number of threads.
 */
final class RelayClock {
    private static final long HALF_A_SECOND = 500;

    private final LongSupplier wallMillis;
    private volatile long offsetMillis;

    RelayClock(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    /** @return the relay's time, in milliseconds; 0 if it does not say it */
    long observe(Response response) {
        Date date = response.headers().getDate("Date");
        long millis = date == null ? 0 : date.getTime() + HALF_A_SECOND;
        if (millis <= HALF_A_SECOND) {
            return 0;
        }
        offsetMillis = millis - wallMillis.getAsLong();
        return millis;
    }

    long relayMillis() {
        return wallMillis.getAsLong() + offsetMillis;
    }

    /** This device's clock, which may be wrong and may jump. */
    long wallMillis() {
        return wallMillis.getAsLong();
    }
}
