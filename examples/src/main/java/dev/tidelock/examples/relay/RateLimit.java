package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often each of many may ask: a token bucket for each (so many at once, and so many per second from then on). Remembers a bounded number of them, those who asked last; whoever is
 * forgotten begins with a full bucket. Safe for use by any number of threads.
 *
 * @param <K> who asks
 */
final class RateLimit<K> {
    /** A bucket holds what comes in so many seconds. */
    private static final int BURST_SECONDS = 2;

    private static final int REMEMBERED_MAX = 50_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final String who;
    private final int perSecond;
    private final LongSupplier nanos;

    // Guarded by this.
    private final Map<K, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    private static final class Bucket {
        private double tokens;
        private long atNanos;

        Bucket(double tokens, long atNanos) {
            this.tokens = tokens;
            this.atNanos = atNanos;
        }
    }

    /**
     * @param who stands in the refusal: "device", say
     * @param perSecond 0 for no limit
     * @param nanos a clock that never goes back
     */
    RateLimit(String who, int perSecond, LongSupplier nanos) {
        this.who = who;
        this.perSecond = perSecond;
        this.nanos = nanos;
    }

    /** @throws RefusedException if this one asks too often */
    void require(K asking) throws RefusedException {
        if (perSecond > 0 && !take(asking)) {
            throw new RefusedException(
                    ErrorCode.THROTTLED, "more than " + perSecond + " requests a second of one " + who);
        }
    }

    private synchronized boolean take(K asking) {
        long now = nanos.getAsLong();
        double full = (double) perSecond * BURST_SECONDS;
        Bucket bucket = buckets.computeIfAbsent(asking, first -> new Bucket(full, now));
        bucket.tokens = Math.min(full, bucket.tokens + (now - bucket.atNanos) / NANOS_PER_SECOND * perSecond);
        bucket.atNanos = now;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }
}
