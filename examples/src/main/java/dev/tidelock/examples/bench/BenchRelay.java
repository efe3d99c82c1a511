package dev.tidelock.examples.bench;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.examples.proxy.Direction;
import dev.tidelock.examples.proxy.RecordingProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The real relay, as a process of its own. */
final class BenchRelay implements AutoCloseable {
    private final BenchFolder folder;
    private final CliProcess process;
    private final String url;

    private BenchRelay(BenchFolder folder, CliProcess process, String url) {
        this.folder = folder;
        this.process = process;
        this.url = url;
    }

    /** How many bytes went over the wire, both ways and with all headers. */
    record Traffic(long pushBytes, long pullBytes) {}

    /** Sends everything, by way of this URL; gives the device that is to fetch it. */
    @FunctionalInterface
    interface Push {
        Path push(String url) throws Exception;
    }

    /** Fetches everything. */
    @FunctionalInterface
    interface Pull {
        Object pull(Path home) throws Exception;
    }

    static BenchRelay start(BenchFolder folder) throws IOException {
        Path data = Files.createDirectory(folder.place("relay")).resolve("relay.db");
        CliProcess process = CliProcess.start(
                List.of("-XX:+UseSerialGC", "-Xshare:auto"),
                "dev.tidelock.examples.cli.Main",
                "relay",
                "--data",
                data.toString(),
                "--port",
                "0",
                "--json");
        return new BenchRelay(folder, process, process.jsonLine().get("url").asString());
    }

    String url() {
        return url;
    }

    /** Counts what goes through a proxy. Registration is part of the push, and small. */
    Traffic record(Push push, Pull pull) throws Exception {
        try (RecordingProxy proxy = RecordingProxy.start(url, folder.place("wire"))) {
            Path reader = push.push(proxy.url());
            long pushed = bytes(proxy);
            pull.pull(reader);
            return new Traffic(pushed, bytes(proxy) - pushed);
        }
    }

    private static long bytes(RecordingProxy proxy) {
        return proxy.bytes(Direction.UP) + proxy.bytes(Direction.DOWN);
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
