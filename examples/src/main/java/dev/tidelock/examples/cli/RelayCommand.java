package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.relay.RelayBackup;
import dev.tidelock.examples.relay.RelayQuotas;
import dev.tidelock.examples.relay.RelayServer;
import dev.tidelock.examples.relay.RelaySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "relay",
        description =
                "Runs the reference relay until it is stopped (Ctrl-C or SIGTERM): it keeps sealed envelopes, and cannot read them. It speaks plain "
                        + "HTTP; put it behind what speaks TLS if it is to be reached from elsewhere.")
final class RelayCommand extends BaseCommand {
    @Option(names = "--port", paramLabel = "N", description = "8080 unless given; 0 picks a free one.")
    private int port = 8080;

    @Option(names = "--host", paramLabel = "H", description = "The address to listen on; 127.0.0.1 unless given.")
    private String host = "127.0.0.1";

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "The database; made if it is not there; tidelock-relay.db in this folder unless given.")
    private Path data = Path.of("tidelock-relay.db");

    @Option(
            names = "--space-bytes",
            paramLabel = "N",
            description =
                    "How many bytes of envelopes one space may have; 17179869184 unless given. What is over is refused, never dropped.")
    private long spaceBytes = RelayQuotas.DEFAULT.bytesMax();

    @Option(
            names = "--space-events",
            paramLabel = "N",
            description = "How many events one space may have; 1000000000 unless given.")
    private long spaceEvents = RelayQuotas.DEFAULT.eventsMax();

    @Option(
            names = "--space-devices",
            paramLabel = "N",
            description = "How many devices one space may have; 4096 unless given, and at most.")
    private int spaceDevices = RelayQuotas.DEFAULT.devicesMax();

    @Option(
            names = "--envelope-bytes",
            paramLabel = "N",
            description = "How long an envelope may be; 2097152 unless given, and at most.")
    private int envelopeBytes = RelayQuotas.DEFAULT.envelopeBytesMax();

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "How often one device may ask in a second; 2000 unless given, 0 for no limit.")
    private int requests = RelaySettings.REQUESTS_PER_SECOND_DEFAULT;

    @Option(
            names = "--address-requests",
            paramLabel = "N",
            description =
                    "The same for one address; 20000 unless given, 0 for no limit. Behind a proxy all come from one address.")
    private int addressRequests = RelaySettings.ADDRESS_REQUESTS_PER_SECOND_DEFAULT;

    @Option(
            names = "--metrics-port",
            paramLabel = "N",
            description =
                    "Where this machine alone may ask for /metrics, in the format of Prometheus; nowhere unless given, 0 picks a free port.")
    private int metricsPort = -1;

    @Option(
            names = "--retention-days",
            paramLabel = "N",
            description = "Deletes spaces that nobody has asked for in N days, 30 or more; never unless given.")
    private int retentionDays;

    @Option(
            names = "--backup",
            paramLabel = "FILE",
            description = "Copies the database to FILE as it is now, also while a relay runs on it, and ends.")
    private Path backup;

    @Override
    public Integer call() throws Exception {
        if (backup != null) {
            return backUp();
        }
        RelaySettings settings = settings();
        try (StopSignal stop = StopSignal.install(out());
                RelayServer server = RelayServer.start(settings)) {
            String metrics = server.metricsUrl();
            printNow(
                    metrics == null
                            ? Json.object("url", server.url())
                            : Json.object("url", server.url(), "metricsUrl", metrics),
                    "listening on " + server.url() + (metrics == null ? "" : "\nfigures at " + metrics));
            stop.await();
            return 0;
        }
    }

    private RelaySettings settings() {
        try {
            RelayQuotas quotas = RelayQuotas.DEFAULT
                    .withBytesMax(spaceBytes)
                    .withEventsMax(spaceEvents)
                    .withDevicesMax(spaceDevices)
                    .withEnvelopeBytesMax(envelopeBytes);
            return RelaySettings.of(data)
                    .withHost(host)
                    .withPort(port)
                    .withQuotas(quotas)
                    .withRequestsPerSecond(requests)
                    .withAddressRequestsPerSecond(addressRequests)
                    .withMetricsPort(metricsPort)
                    .withRetention(Duration.ofDays(retentionDays));
        } catch (IllegalArgumentException outOfRange) {
            throw CliException.usage(String.valueOf(outOfRange.getMessage()));
        }
    }

    private int backUp() {
        try {
            long bytes = RelayBackup.copy(data, backup);
            print(Json.object("backup", backup.toString(), "bytes", bytes), "Copied " + bytes + " bytes to " + backup);
            return 0;
        } catch (IOException failed) {
            throw CliException.failed(String.valueOf(failed.getMessage()), failed);
        }
    }
}
