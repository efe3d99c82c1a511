package dev.tidelock.examples.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/** One client, one server, and a thread for each way. */
final class ProxiedConnection {
    private final Socket client;
    private final Socket server;
    private final LineFaults faults;
    private final Path folder;
    private final String name;
    private final AtomicBoolean cut = new AtomicBoolean();

    ProxiedConnection(Socket client, Socket server, LineFaults faults, Path folder, String name) throws IOException {
        this.client = client;
        this.server = server;
        this.faults = faults;
        this.folder = folder;
        this.name = name;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
    }

    void start() {
        startPump(Direction.UP, client, server);
        startPump(Direction.DOWN, server, client);
    }

    private void startPump(Direction direction, Socket from, Socket to) {
        Thread pump = new Thread(() -> pump(direction, from, to), "proxy-" + name + "-" + direction);
        pump.setDaemon(true);
        pump.start();
    }

    private void pump(Direction direction, Socket from, Socket to) {
        Path file = folder.resolve(name + "-" + direction.name().toLowerCase(Locale.ROOT) + ".bin");
        byte[] piece = new byte[16 << 10];
        try (OutputStream recording = Files.newOutputStream(file)) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                holdBack();
                int granted = faults.pass(direction, read);
                recording.write(piece, 0, granted);
                out.write(piece, 0, granted);
                if (granted < read) {
                    cut();
                    return;
                }
            }
            to.shutdownOutput(); // the other way may go on
        } catch (IOException broken) {
            cut();
        }
    }

    private void holdBack() throws IOException {
        long millis = faults.delayMillis();
        if (millis > 0) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", stopped);
            }
        }
    }

    boolean isCut() {
        return cut.get();
    }

    void cut() {
        if (cut.compareAndSet(false, true)) {
            close(client);
            close(server);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            // There is nothing left to close.
        }
    }
}
