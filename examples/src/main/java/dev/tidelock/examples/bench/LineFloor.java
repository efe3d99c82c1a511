package dev.tidelock.examples.bench;

import dev.tidelock.examples.cli.common.CliProcess;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.xnio.Options;

/**
 * The floor of a live edit: a note goes to a process that keeps it as one row, durably, and sends it back; then it is kept as one row here. A raw WebSocket round trip and two commits, on the same
 * server and client as the real thing.
 */
final class LineFloor implements AutoCloseable {
    private static final long WAIT_SECONDS_MAX = 30;

    private final CliProcess server;
    private final Connection connection;
    private final OkHttpClient client = new OkHttpClient.Builder()
            .minWebSocketMessageToCompress(Long.MAX_VALUE)
            .build();

    private LineFloor(CliProcess server, Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    static LineFloor start(BenchFolder folder) throws IOException, SQLException {
        Connection connection = SqliteFloor.open(folder.place("floor-client"), "FULL");
        return new LineFloor(
                CliProcess.start(
                        List.of("-XX:+UseSerialGC", "-Xshare:auto"),
                        LineFloor.class.getName(),
                        folder.place("floor-server").toString()),
                connection);
    }

    /** For each note, in microseconds and sorted; after as many to warm up. */
    double[] micros(List<Notes.Note> notes, long paceNanos) throws Exception {
        BlockingQueue<ByteString> arrived = new LinkedBlockingQueue<>();
        WebSocket line =
                client.newWebSocket(new Request.Builder().url(server.line()).build(), new WebSocketListener() {
                    @Override
                    public void onMessage(WebSocket socket, ByteString bytes) {
                        keep(connection, bytes.toByteArray());
                        arrived.add(bytes);
                    }
                });
        double[] micros = new double[notes.size()];
        long next = System.nanoTime();
        for (int i = -notes.size(); i < notes.size(); i++) {
            byte[] note = notes.get(Math.floorMod(i, notes.size())).json().getBytes(StandardCharsets.UTF_8);
            Timing.sleepUntil(next);
            next += paceNanos;
            long begun = System.nanoTime();
            line.send(ByteString.of(note));
            if (arrived.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS) == null) {
                throw new IOException("the floor's server does not answer");
            }
            if (i >= 0) {
                micros[i] = (System.nanoTime() - begun) / 1e3;
            }
        }
        line.cancel();
        Arrays.sort(micros);
        return micros;
    }

    private static void keep(Connection connection, byte[] bytes) {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO outbox (value) VALUES (?)")) {
            insert.setBytes(1, bytes);
            insert.executeUpdate();
            connection.commit();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() throws IOException, SQLException {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
        server.close();
        connection.close();
    }

    /** The server: prints where it listens, and goes on until it is killed. */
    public static void main(String[] args) throws SQLException {
        Connection connection = SqliteFloor.open(Path.of(args[0]), "FULL");
        System.setProperty("org.jboss.logging.provider", "slf4j");
        Undertow undertow = Undertow.builder()
                .setSocketOption(Options.TCP_NODELAY, true)
                .addHttpListener(0, "127.0.0.1", Handlers.websocket((exchange, channel) -> {
                    channel.getReceiveSetter().set(new Echo(connection));
                    channel.resumeReceives();
                }))
                .build();
        undertow.start();
        InetSocketAddress bound =
                (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
        System.out.println("http://127.0.0.1:" + bound.getPort() + "/");
    }

    private static final class Echo extends AbstractReceiveListener {
        private final Connection connection;

        Echo(Connection connection) {
            this.connection = connection;
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            var pooled = message.getData();
            ByteBuffer whole = WebSockets.mergeBuffers(pooled.getResource());
            byte[] bytes = new byte[whole.remaining()];
            whole.get(bytes);
            pooled.close();
            channel.getWorker().execute(() -> {
                keep(connection, bytes);
                WebSockets.sendBinary(ByteBuffer.wrap(bytes), channel, null);
            });
        }
    }
}
