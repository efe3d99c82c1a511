package dev.tidelock.examples.cli;

import dev.tidelock.examples.relay.RelayServer;
import dev.tidelock.examples.relay.RelaySettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** The reference relay in the test's process: it can be stopped, and started again in the same place. */
final class TestRelay implements AutoCloseable {
    private final Path data;
    private int port;
    private RelayServer server;

    TestRelay(Path folder) throws IOException {
        data = folder.resolve("relay.db");
        start();
    }

    void start() throws IOException {
        if (server == null) {
            server = RelayServer.start(RelaySettings.of(data).withPort(port));
            port = URI.create(server.url()).getPort();
        }
    }

    void stop() throws IOException {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    boolean isRunning() {
        return server != null;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Makes a device of a new space, and more devices of the same space. */
    void makeDevices(Path first, Path... others) throws Exception {
        Cli.ok("init", first, "--relay", url());
        for (Path other : others) {
            join(first, other);
        }
    }

    private static void join(Path inviter, Path joiner) throws Exception {
        try (Pairing pairing = Pairing.start(inviter, "--yes")) {
            Cli.ok("join", joiner, pairing.uri());
            pairing.finish();
        }
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
