package dev.tidelock.sync.http;

import dev.tidelock.sync.http.wire.WireLimits;
import java.time.Duration;

/**
 * Every bound of a connection to a relay that an app may choose. Those of the protocol are in {@link WireLimits}.
 *
 * @param connectTimeout how long a connection may take to be made
 * @param readTimeout how long either side may say nothing
 * @param callTimeout how long a whole call may take, from the first byte sent to the last one read; it ends an answer that drips
 * @param pullBytesMax how many bytes of envelopes one pull asks for, and so roughly the memory that it needs
 */
public record HttpLimits(Duration connectTimeout, Duration readTimeout, Duration callTimeout, int pullBytesMax) {
    /** The longest timeout that is accepted: a day. */
    private static final Duration TIMEOUT_MAX = Duration.ofDays(1);

    /** 10 s, 30 s, 60 s, and 1 MiB. */
    public static final HttpLimits DEFAULTS = new HttpLimits(
            Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60), WireLimits.PULL_BYTES_DEFAULT);

    public HttpLimits {
        requireTimeout("connectTimeout", connectTimeout);
        requireTimeout("readTimeout", readTimeout);
        requireTimeout("callTimeout", callTimeout);
        if (pullBytesMax < WireLimits.PULL_BYTES_MIN || pullBytesMax > WireLimits.PULL_BYTES_MAX) {
            throw new IllegalArgumentException("pullBytesMax is " + pullBytesMax + "; it must be "
                    + WireLimits.PULL_BYTES_MIN + " to " + WireLimits.PULL_BYTES_MAX);
        }
    }

    /**
     * These limits with other timeouts.
     *
     * @throws IllegalArgumentException unless each is 1 ms to one day
     */
    public HttpLimits withTimeouts(Duration connect, Duration read, Duration call) {
        return new HttpLimits(connect, read, call, pullBytesMax);
    }

    /**
     * These limits with another size of a pull.
     *
     * @param bytes 16 KiB to 4 MiB
     * @throws IllegalArgumentException if it is out of range
     */
    public HttpLimits withPullBytesMax(int bytes) {
        return new HttpLimits(connectTimeout, readTimeout, callTimeout, bytes);
    }

    private static void requireTimeout(String name, Duration timeout) {
        // Zero would mean "for ever" to the HTTP client.
        if (timeout.toMillis() < 1 || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException(name + " is " + timeout + "; it must be 1 ms to " + TIMEOUT_MAX);
        }
    }
}
