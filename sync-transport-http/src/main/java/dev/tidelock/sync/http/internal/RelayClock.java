package dev.tidelock.sync.http.internal;

import java.util.function.LongSupplier;

/**
 * The relay's time, as well as it is known: this device's clock, put right by what the relay said last. Before it has said
 * anything, this device's clock. Safe for use by any number of threads.
 */
public final class RelayClock {
    /** Beyond the year 10000: not a time, whoever says so. */
    private static final long MILLIS_MAX = 1L << 48;

    private final LongSupplier wallMillis;
    private volatile long offsetMillis;

    /** @param wallMillis this device's clock */
    public RelayClock(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    /** Notes what the relay just said; 0 means that it said nothing. */
    public void observe(long relayMillis) {
        if (relayMillis > 0 && relayMillis < MILLIS_MAX) {
            offsetMillis = relayMillis - wallMillis.getAsLong();
        }
    }

    /** The relay's time, in milliseconds since 1970. */
    public long relayMillis() {
        return wallMillis.getAsLong() + offsetMillis;
    }

    /** This device's clock, which may be wrong and may jump. */
    public long wallMillis() {
        return wallMillis.getAsLong();
    }
}
