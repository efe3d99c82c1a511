package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.relay.RelayServer;
import dev.tidelock.examples.relay.RelaySettings;
import java.nio.file.Path;
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

    @Override
    public Integer call() throws Exception {
        RelaySettings settings = RelaySettings.of(data).withHost(host).withPort(port);
        try (StopSignal stop = StopSignal.install(out());
                RelayServer server = RelayServer.start(settings)) {
            printNow(Json.object("url", server.url()), "listening on " + server.url());
            stop.await();
            return 0;
        }
    }
}
