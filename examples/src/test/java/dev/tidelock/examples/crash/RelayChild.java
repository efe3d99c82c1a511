package dev.tidelock.examples.crash;

import dev.tidelock.examples.relay.RelayServer;
import dev.tidelock.examples.relay.RelaySettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real relay in a process of its own, which can be killed and comes back under the same address with the same data. */
final class RelayChild implements AutoCloseable {
    private final Path folder;
    private JavaProcess process;
    private String url;

    private RelayChild(Path folder) {
        this.folder = folder;
    }

    static RelayChild start(Path folder) throws IOException {
        RelayChild relay = new RelayChild(Files.createDirectories(folder));
        relay.start(0);
        return relay;
    }

    private void start(int port) throws IOException {
        process = JavaProcess.start(RelayChild.class, folder, folder.resolve("relay.db"), port);
        url = process.readLine();
        if (url == null) {
            throw new IOException("the relay's process did not start");
        }
    }

    String url() {
        return url;
    }

    void killAndRestart() throws IOException, InterruptedException {
        process.kill();
        start(URI.create(url).getPort());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.close();
    }

    /** What the process runs. */
    public static void main(String[] arguments) throws IOException {
        RelaySettings settings = RelaySettings.of(Path.of(arguments[0])).withPort(Integer.parseInt(arguments[1]));
        Says.line(RelayServer.start(settings).url());
    }
}
