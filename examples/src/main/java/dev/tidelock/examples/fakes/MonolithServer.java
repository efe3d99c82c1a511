package dev.tidelock.examples.fakes;

import dev.tidelock.sync.testkit.monolith.MonolithModel;
import dev.tidelock.sync.testkit.monolith.MonolithSocket;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.spi.WebSocketHttpExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.IoUtils;
import org.xnio.Options;

/** A {@link MonolithModel} that listens, on the loopback address and a port of its own choice. */
public final class MonolithServer implements AutoCloseable {
    static {
        // Undertow would otherwise greet on standard error.
        if (System.getProperty("org.jboss.logging.provider") == null) {
            System.setProperty("org.jboss.logging.provider", "slf4j");
        }
    }

    private static final long TICK_MILLIS = 200;
    private static final int DROPPED = 1006;
    private static final int NO_CODE = 1005;

    private final MonolithModel model;
    private final Undertow undertow;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "monolith-clock"));

    private MonolithServer(MonolithModel model) {
        this.model = model;
        HttpHandler http = new BlockingHandler(this::handle);
        HttpHandler line = new WebSocketProtocolHandshakeHandler((WebSocketConnectionCallback) this::connect, http);
        this.undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1", line)
                .setSocketOption(Options.TCP_NODELAY, true)
                .build();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Starts one without sessions. */
    public static MonolithServer start() {
        MonolithServer server = new MonolithServer(new MonolithModel(System::currentTimeMillis));
        server.undertow.start();
        server.clock.scheduleAtFixedRate(server.model::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return server;
    }

    /** What it is a face of. */
    public MonolithModel model() {
        return model;
    }

    /** Where it listens, such as {@code ws://127.0.0.1:4711}. */
    public String url() {
        InetSocketAddress bound =
                (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
        return "ws://127.0.0.1:" + bound.getPort();
    }

    private void handle(HttpServerExchange exchange) throws IOException {
        byte[] body = exchange.getInputStream().readAllBytes();
        Deque<String> session = exchange.getQueryParameters().get("sessionId");
        MonolithModel.Answer answer = model.http(
                exchange.getRequestMethod().toString(),
                exchange.getRequestPath(),
                session == null ? null : session.getFirst(),
                exchange.getRequestHeaders().getFirst("X-Monolith-Secret"),
                body);
        exchange.setStatusCode(answer.status());
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, answer.json() ? "application/json" : "text/plain");
        exchange.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
        exchange.endExchange();
    }

    private void connect(WebSocketHttpExchange exchange, WebSocketChannel channel) {
        MonolithModel.Connection connection = model.connect(new ToClient(channel));
        if (connection == null) {
            IoUtils.safeClose(channel);
            return;
        }
        AtomicInteger code = new AtomicInteger(DROPPED);
        channel.getReceiveSetter().set(new FromClient(connection, code));
        channel.addCloseTask(closed -> connection.close(code.get(), ""));
        channel.resumeReceives();
    }

    /** What the relay sends. */
    private record ToClient(WebSocketChannel channel) implements MonolithSocket {
        @Override
        public void text(String frame) {
            WebSockets.sendText(frame, channel, null);
        }

        @Override
        public void binary(byte[] frame) {
            WebSockets.sendBinary(ByteBuffer.wrap(frame), channel, null);
        }

        @Override
        public void closed(int code, String reason) {
            WebSockets.sendClose(code, reason, channel, null);
        }
    }

    /** What the client sends. */
    private static final class FromClient extends AbstractReceiveListener {
        private final MonolithModel.Connection connection;
        private final AtomicInteger code;

        FromClient(MonolithModel.Connection connection, AtomicInteger code) {
            this.connection = connection;
            this.code = code;
        }

        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            connection.text(message.getData());
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            try (var pooled = message.getData()) {
                ByteBuffer bytes = WebSockets.mergeBuffers(pooled.getResource());
                byte[] frame = new byte[bytes.remaining()];
                bytes.get(frame);
                connection.binary(frame);
            }
        }

        @Override
        protected void onCloseMessage(CloseMessage message, WebSocketChannel channel) {
            code.set(message.getCode() <= 0 ? NO_CODE : message.getCode());
            connection.close(code.get(), "");
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        undertow.stop();
    }
}
