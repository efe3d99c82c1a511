package dev.tidelock.examples.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stands between a client and a server, on a port of its own, and writes down all that passes: what someone on the line, or the server
 * itself, gets to see. Each connection has one file per direction, so that a text is found whole or not at all; a byte is in its file
 * before it is passed on.
 *
 * <p>It can also be a bad line: slow, cut at a given byte, or dead. Safe for use by any number of threads.
 */
public final class RecordingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final InetSocketAddress target;
    private final Path folder;
    private final LineFaults faults = new LineFaults();
    private final AtomicInteger connectionsMade = new AtomicInteger();

    // Guarded by itself.
    private final List<ProxiedConnection> open = new ArrayList<>();

    private RecordingProxy(ServerSocket listening, InetSocketAddress target, Path folder) {
        this.listening = listening;
        this.target = target;
        this.folder = folder;
    }

    /**
     * Starts on a free port of this machine.
     *
     * @param serverUrl where everything goes, such as {@code http://127.0.0.1:4711}; no TLS is added or taken away
     * @param folder where the recordings go; made if it is not there
     */
    public static RecordingProxy start(String serverUrl, Path folder) throws IOException {
        URI url = URI.create(serverUrl);
        if (url.getHost() == null || url.getPort() < 0) {
            throw new IllegalArgumentException(
                    "'" + serverUrl + "' has no host and port, as http://127.0.0.1:4711 has");
        }
        Files.createDirectories(folder);
        ServerSocket listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        RecordingProxy proxy =
                new RecordingProxy(listening, new InetSocketAddress(url.getHost(), url.getPort()), folder);
        Thread accepting = new Thread(proxy::acceptAll, "proxy-accept");
        accepting.setDaemon(true);
        accepting.start();
        return proxy;
    }

    /** What clients connect to instead of the server. */
    public String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /** The recordings so far, in the order of the connections: {@code 0001-up.bin}, {@code 0001-down.bin}, {@code 0002-up.bin}... */
    public List<Path> recordings() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    /** How many bytes have passed this way. */
    public long bytes(Direction direction) {
        return faults.passed(direction);
    }

    /** Holds back all that passes from now on, each piece for this long; zero ends it. */
    public void delay(Duration each) {
        faults.delay(each);
    }

    /**
     * Cuts the connection that carries the byte after so many more of this direction: they pass, it does not. Once. With 0 bytes down, a
     * request arrives and its answer is lost.
     */
    public void cutOnce(Direction direction, long afterBytes) {
        faults.cutOnce(direction, afterBytes);
    }

    /** Dead while true: connections are cut, and new ones at once. */
    public void dead(boolean dead) {
        faults.dead(dead);
        if (dead) {
            cutAll();
        }
    }

    /** Cuts every connection that there is; new ones may be made at once. */
    public void cut() {
        cutAll();
    }

    private void cutAll() {
        List<ProxiedConnection> toCut;
        synchronized (open) {
            toCut = List.copyOf(open);
            open.clear();
        }
        toCut.forEach(ProxiedConnection::cut);
    }

    private void acceptAll() {
        try {
            while (true) {
                accept(listening.accept());
            }
        } catch (SocketException closed) {
            cutAll(); // by close()
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException("the proxy cannot accept connections", broken);
        }
    }

    private void accept(Socket client) throws IOException {
        Socket server = new Socket();
        try {
            if (faults.isDead()) {
                throw new IOException("the line is dead");
            }
            server.connect(target, 10_000);
            String name = String.format("%04d", connectionsMade.incrementAndGet());
            ProxiedConnection connection = new ProxiedConnection(client, server, faults, folder, name);
            synchronized (open) {
                open.removeIf(ProxiedConnection::isCut);
                open.add(connection);
            }
            connection.start();
        } catch (IOException unreachable) {
            client.close(); // what a client sees of a server that is not there
            server.close();
        }
    }

    /** Cuts everything, and listens no more. The recordings stay. */
    @Override
    public void close() throws IOException {
        listening.close();
        cutAll();
    }
}
