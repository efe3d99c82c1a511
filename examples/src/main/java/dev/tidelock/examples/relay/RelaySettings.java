package dev.tidelock.examples.relay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * What may be chosen about a relay. All other bounds are those of the protocol, or in {@link RelayLimits}.
 *
 * @param host the address to listen on
 * @param port 0 picks a free one
 * @param dataFile the SQLite file with everything that the relay keeps; made if it is not there
 * @param spaceBytesMax how many bytes of envelopes one space may hold; what is over is refused, never dropped
 * @param requestTimeout how long a request may take, from its first byte to the last of its answer
 * @param wallMillis the clock, in milliseconds since 1970
 */
public record RelaySettings(
        String host, int port, Path dataFile, long spaceBytesMax, Duration requestTimeout, LongSupplier wallMillis) {
    /** 16 GiB. */
    public static final long SPACE_BYTES_MAX_DEFAULT = 16L << 30;

    /** Enough for a full push at 1 Mbit/s. */
    public static final Duration REQUEST_TIMEOUT_DEFAULT = Duration.ofSeconds(70);

    public RelaySettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(dataFile, "dataFile");
        Objects.requireNonNull(wallMillis, "wallMillis");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + "; it must be 0 to 65535");
        }
        if (spaceBytesMax < 1) {
            throw new IllegalArgumentException("spaceBytesMax is " + spaceBytesMax + "; it must be at least 1");
        }
        if (requestTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("requestTimeout is " + requestTimeout + "; it must be at least 1 ms");
        }
    }

    /** A relay for this machine only, on any free port. */
    public static RelaySettings of(Path dataFile) {
        return new RelaySettings(
                "127.0.0.1", 0, dataFile, SPACE_BYTES_MAX_DEFAULT, REQUEST_TIMEOUT_DEFAULT, System::currentTimeMillis);
    }

    public RelaySettings withHost(String chosen) {
        return new RelaySettings(chosen, port, dataFile, spaceBytesMax, requestTimeout, wallMillis);
    }

    public RelaySettings withPort(int chosen) {
        return new RelaySettings(host, chosen, dataFile, spaceBytesMax, requestTimeout, wallMillis);
    }

    public RelaySettings withSpaceBytesMax(long chosen) {
        return new RelaySettings(host, port, dataFile, chosen, requestTimeout, wallMillis);
    }

    public RelaySettings withRequestTimeout(Duration chosen) {
        return new RelaySettings(host, port, dataFile, spaceBytesMax, chosen, wallMillis);
    }

    public RelaySettings withWallMillis(LongSupplier chosen) {
        return new RelaySettings(host, port, dataFile, spaceBytesMax, requestTimeout, chosen);
    }
}
