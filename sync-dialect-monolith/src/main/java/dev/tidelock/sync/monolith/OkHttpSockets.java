package dev.tidelock.sync.monolith;

import dev.tidelock.sync.http.internal.BoundedUpgrade;
import dev.tidelock.sync.http.internal.NoDelaySocketFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** WebSockets of OkHttp. */
final class OkHttpSockets implements RelaySocket.Opener {
    private static final int CUT = 1006;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final Duration PING = Duration.ofSeconds(20);

    private final Request request;
    private final OkHttpClient client;
    private final boolean ownsClient;

    OkHttpSockets(String url, @Nullable OkHttpClient shared) {
        this.request = new Request.Builder().url(url).build();
        this.ownsClient = shared == null;
        OkHttpClient base = shared == null
                ? new OkHttpClient.Builder().dispatcher(new Dispatcher()).build()
                : shared;
        this.client = base.newBuilder()
                .connectTimeout(CONNECT_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .readTimeout(CONNECT_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .pingInterval(PING.toMillis(), TimeUnit.MILLISECONDS)
                .minWebSocketMessageToCompress(Long.MAX_VALUE)
                .followRedirects(false)
                .followSslRedirects(false)
                .authenticator(Authenticator.NONE)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .socketFactory(new NoDelaySocketFactory(base.socketFactory()))
                .addInterceptor(new BoundedUpgrade(MonolithLink.FRAME_BYTES_MAX))
                .build();
    }

    /** @throws IllegalArgumentException if it is not the address of a WebSocket */
    static String requireUrl(String url) {
        String http = url.startsWith("ws:") || url.startsWith("wss:") ? "http" + url.substring(2) : url;
        HttpUrl parsed = HttpUrl.parse(http);
        if (parsed == null || !parsed.username().isEmpty() || parsed.query() != null || parsed.fragment() != null) {
            throw new IllegalArgumentException(
                    "a relay's address is a ws, wss, http or https URL without user, query and fragment, such as ws://localhost:3005");
        }
        return parsed.toString();
    }

    @Override
    public RelaySocket open(RelaySocket.Listener listener) {
        WebSocket socket = client.newWebSocket(request, new Bridge(listener));
        return new RelaySocket() {
            @Override
            public void text(String frame) {
                socket.send(frame);
            }

            @Override
            public void binary(byte[] frame) {
                socket.send(ByteString.of(frame));
            }

            @Override
            public void close(int code) {
                if (!socket.close(code, null)) {
                    socket.cancel();
                }
            }
        };
    }

    @Override
    public void close() {
        if (ownsClient) {
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
    }

    private static final class Bridge extends WebSocketListener {
        private final RelaySocket.Listener listener;

        Bridge(RelaySocket.Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            listener.opened();
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            listener.text(text);
        }

        @Override
        public void onMessage(WebSocket socket, ByteString bytes) {
            listener.binary(bytes.toByteArray());
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            socket.close(1000, null);
            listener.closed(code, reason);
        }

        @Override
        public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
            listener.closed(CUT, "");
        }
    }
}
