package dev.tidelock.examples.relay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What may be chosen about a relay. All other bounds are those of the protocol, or in {@link RelayLimits}.
 *
 * @param host the address to listen on
 * @param port 0 picks a free one
 * @param dataFile the SQLite file with everything that the relay keeps; made if it is not there
 * @param quotas how much one space may use
 * @param requestsPerSecond how often one device may ask; 0 for no limit
 * @param addressRequestsPerSecond how often one address may ask; 0 for no limit, as behind a proxy that does not keep addresses
 * @param metricsPort where this machine alone may ask for {@code /metrics}; 0 picks a free one, and -1 means nowhere
 * @param retention spaces that nobody has asked for this long are deleted; zero means never
 * @param requestTimeout how long a request may take, from its first byte to the last of its answer
 * @param wallMillis the clock, in milliseconds since 1970
 */
public record RelaySettings(
        String host,
        int port,
        Path dataFile,
        RelayQuotas quotas,
        int requestsPerSecond,
        int addressRequestsPerSecond,
        int metricsPort,
        Duration retention,
        Duration requestTimeout,
        LongSupplier wallMillis) {
    /** More than any device needs that is well. */
    public static final int REQUESTS_PER_SECOND_DEFAULT = 2_000;

    /** Many devices may share an address. */
    public static final int ADDRESS_REQUESTS_PER_SECOND_DEFAULT = 20_000;

    /** The shortest retention. */
    public static final Duration RETENTION_MIN = Duration.ofDays(30);

    /** Enough for a full push at 1 Mbit/s. */
    public static final Duration REQUEST_TIMEOUT_DEFAULT = Duration.ofSeconds(70);

    private static final int PORT_MAX = 65_535;

    public RelaySettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(dataFile, "dataFile");
        Objects.requireNonNull(quotas, "quotas");
        Objects.requireNonNull(wallMillis, "wallMillis");
        requireBetween("the port", port, 0, PORT_MAX);
        requireBetween("the port of the figures", metricsPort, -1, PORT_MAX);
        requireBetween("requests a second of one device", requestsPerSecond, 0, 1_000_000);
        requireBetween("requests a second of one address", addressRequestsPerSecond, 0, 1_000_000);
        if (!retention.isZero() && retention.compareTo(RETENTION_MIN) < 0) {
            throw new IllegalArgumentException("a retention of " + retention.toDays() + " days; at least "
                    + RETENTION_MIN.toDays() + " are accepted, or none");
        }
        if (requestTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("requestTimeout is " + requestTimeout + "; it must be at least 1 ms");
        }
    }

    private static void requireBetween(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + ": " + value + "; it must be " + min + " to " + max);
        }
    }

    /** A relay for this machine only, on any free port. */
    public static RelaySettings of(Path dataFile) {
        return new RelaySettings(
                "127.0.0.1",
                0,
                dataFile,
                RelayQuotas.DEFAULT,
                REQUESTS_PER_SECOND_DEFAULT,
                ADDRESS_REQUESTS_PER_SECOND_DEFAULT,
                -1,
                Duration.ZERO,
                REQUEST_TIMEOUT_DEFAULT,
                System::currentTimeMillis);
    }

    public RelaySettings withHost(String chosen) {
        return changed(settings -> settings.host = chosen);
    }

    public RelaySettings withPort(int chosen) {
        return changed(settings -> settings.port = chosen);
    }

    public RelaySettings withQuotas(RelayQuotas chosen) {
        return changed(settings -> settings.quotas = chosen);
    }

    public RelaySettings withRequestsPerSecond(int chosen) {
        return changed(settings -> settings.requestsPerSecond = chosen);
    }

    public RelaySettings withAddressRequestsPerSecond(int chosen) {
        return changed(settings -> settings.addressRequestsPerSecond = chosen);
    }

    public RelaySettings withMetricsPort(int chosen) {
        return changed(settings -> settings.metricsPort = chosen);
    }

    public RelaySettings withRetention(Duration chosen) {
        return changed(settings -> settings.retention = chosen);
    }

    public RelaySettings withRequestTimeout(Duration chosen) {
        return changed(settings -> settings.requestTimeout = chosen);
    }

    public RelaySettings withWallMillis(LongSupplier chosen) {
        return changed(settings -> settings.wallMillis = chosen);
    }

    private RelaySettings changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** Settings that are being made out of others. */
    private static final class Draft {
        private String host;
        private int port;
        private final Path dataFile;
        private RelayQuotas quotas;
        private int requestsPerSecond;
        private int addressRequestsPerSecond;
        private int metricsPort;
        private Duration retention;
        private Duration requestTimeout;
        private LongSupplier wallMillis;

        Draft(RelaySettings from) {
            host = from.host;
            port = from.port;
            dataFile = from.dataFile;
            quotas = from.quotas;
            requestsPerSecond = from.requestsPerSecond;
            addressRequestsPerSecond = from.addressRequestsPerSecond;
            metricsPort = from.metricsPort;
            retention = from.retention;
            requestTimeout = from.requestTimeout;
            wallMillis = from.wallMillis;
        }

        RelaySettings settings() {
            return new RelaySettings(
                    host,
                    port,
                    dataFile,
                    quotas,
                    requestsPerSecond,
                    addressRequestsPerSecond,
                    metricsPort,
                    retention,
                    requestTimeout,
                    wallMillis);
        }
    }
}
