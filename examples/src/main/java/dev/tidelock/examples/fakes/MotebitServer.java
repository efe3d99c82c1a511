package dev.tidelock.examples.fakes;

import dev.tidelock.sync.testkit.motebit.MotebitAnswer;
import dev.tidelock.sync.testkit.motebit.MotebitModel;
import dev.tidelock.sync.testkit.motebit.MotebitRequest;
import dev.tidelock.sync.testkit.motebit.MotebitSocket;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.spi.WebSocketHttpExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.xnio.IoUtils;
import org.xnio.Options;

/** A {@link MotebitModel} that listens, on the loopback address and a port of its own choice. */
public final class MotebitServer implements AutoCloseable {
    static {
        // Undertow would otherwise greet on standard error.
        if (System.getProperty("org.jboss.logging.provider") == null) {
            System.setProperty("org.jboss.logging.provider", "slf4j");
        }
    }

    private static final String LIVE = "/ws/sync/";
    private static final int CUT = 1006;

    private final MotebitModel model;
    private final Undertow undertow;

    private MotebitServer(MotebitModel model) {
        this.model = model;
        HttpHandler http = new BlockingHandler(this::handle);
        HttpHandler live = new WebSocketProtocolHandshakeHandler((WebSocketConnectionCallback) this::connect, http);
        this.undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1", exchange -> {
                    boolean isLive = exchange.getRequestPath().startsWith(LIVE);
                    (isLive ? live : http).handleRequest(exchange);
                })
                .setSocketOption(Options.TCP_NODELAY, true)
                .build();
    }

    /** Starts one that knows nothing yet. */
    public static MotebitServer start() {
        return start(new MotebitModel(System::currentTimeMillis));
    }

    /** Starts a face for a model. */
    public static MotebitServer start(MotebitModel model) {
        MotebitServer server = new MotebitServer(model);
        server.undertow.start();
        return server;
    }

    /** What it is a face of. */
    public MotebitModel model() {
        return model;
    }

    /** Where it listens, such as {@code http://127.0.0.1:4711}. */
    public String url() {
        InetSocketAddress bound =
                (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
        return "http://127.0.0.1:" + bound.getPort();
    }

    private void handle(HttpServerExchange exchange) throws IOException {
        byte[] body = exchange.getInputStream().readAllBytes();
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach(header ->
                        headers.put(header.getHeaderName().toString().toLowerCase(Locale.ROOT), header.getFirst()));
        headers.putIfAbsent(
                "x-real-ip", exchange.getSourceAddress().getAddress().getHostAddress());
        MotebitAnswer answer = model.handle(new MotebitRequest(
                exchange.getRequestMethod().toString(),
                exchange.getRequestPath(),
                firsts(exchange.getQueryParameters()),
                headers,
                body));
        exchange.setStatusCode(answer.status());
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
        if (answer.closes()) {
            exchange.setPersistent(false);
            exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
        }
        exchange.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
        exchange.endExchange();
    }

    private static Map<String, String> firsts(Map<String, Deque<String>> parameters) {
        Map<String, String> firsts = new HashMap<>();
        parameters.forEach((name, values) -> firsts.put(name, values.getFirst()));
        return firsts;
    }

    private void connect(WebSocketHttpExchange exchange, WebSocketChannel channel) {
        String path = exchange.getRequestURI();
        int query = path.indexOf('?');
        String motebitId = path.substring(LIVE.length(), query < 0 ? path.length() : query);
        MotebitSocket socket = model.connect(
                motebitId, first(exchange, "device_id", ""), first(exchange, "token", null), new ToClient(channel));
        channel.getReceiveSetter().set(new FromClient(socket));
        channel.addCloseTask(closed -> socket.closed());
        channel.resumeReceives();
    }

    private static String first(WebSocketHttpExchange exchange, String name, String otherwise) {
        List<String> values = exchange.getRequestParameters().get(name);
        return values == null || values.isEmpty() ? otherwise : values.get(0);
    }

    /** What the relay sends. */
    private record ToClient(WebSocketChannel channel) implements MotebitSocket.Line {
        @Override
        public void send(String frame) {
            WebSockets.sendText(frame, channel, null);
        }

        @Override
        public void close(int code, String reason) {
            if (code == CUT) {
                IoUtils.safeClose(channel);
            } else {
                WebSockets.sendClose(code, reason, channel, null);
            }
        }
    }

    /** What the client sends; binary frames that hold JSON count as well. */
    private static final class FromClient extends AbstractReceiveListener {
        private final MotebitSocket socket;

        FromClient(MotebitSocket socket) {
            this.socket = socket;
        }

        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            socket.receive(message.getData());
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            try (var pooled = message.getData()) {
                ByteBuffer bytes = WebSockets.mergeBuffers(pooled.getResource());
                socket.receive(StandardCharsets.UTF_8.decode(bytes).toString());
            }
        }
    }

    @Override
    public void close() {
        undertow.stop();
    }
}
