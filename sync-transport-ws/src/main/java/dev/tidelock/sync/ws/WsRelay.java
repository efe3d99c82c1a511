package dev.tidelock.sync.ws;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.HttpLimits;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.http.TokenSource;
import dev.tidelock.sync.http.internal.BoundedUpgrade;
import dev.tidelock.sync.http.internal.NoDelaySocketFactory;
import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.http.internal.TokenCache;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import dev.tidelock.sync.spi.transport.Cells;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.ws.wire.LineLimits;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import okhttp3.Authenticator;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * One space at one relay, as {@code HttpRelay} sees it, and a line to it that is kept open: what other devices write arrives at once.
 *
 * <pre>{@code
 * WsRelay relay = WsRelay.at("https://relay.example").open(space, publicKey, tokenSource);
 * relay.registrar().createSpace();
 * LiveTransport transport = relay.transport();
 * }</pre>
 *
 * <p>The line is a WebSocket, opened when the engine begins to listen. Where it cannot be opened, is cut or refused, HTTP does the same, under the same name of the
 * remote: an app may change between this and {@code HttpRelay} at any time. Where WebSockets are blocked for good, a stream of server-sent events tells when there is something to pull.
 * Safe for use by any number of threads.
 */
public final class WsRelay implements AutoCloseable {
    private final HttpRelay http;
    private final OkHttpClient client;
    private final boolean ownsClient;
    private final @Nullable SystemRuntime ownRuntime;
    private final WsTransport transport;

    private WsRelay(Builder builder, SpaceId space, byte[] publicKey, TokenSource tokenSource) {
        ownRuntime = builder.runtime == null ? new SystemRuntime() : null;
        SyncRuntime runtime = ownRuntime == null ? Objects.requireNonNull(builder.runtime) : ownRuntime;
        ownsClient = builder.appClient == null;
        client = builder.client();
        http = builder.http(runtime, client).open(space, publicKey, tokenSource);
        RelayClock clock = new RelayClock(runtime::wallMillis);
        TokenCache tokens = new TokenCache(tokenSource::tokenAt, clock);
        OkHttpClient lines = builder.lineClient(client);
        OkHttpClient streams = builder.streamClient(lines);
        LiveWay way = new LiveWay(
                owner -> new Line(
                        owner, lines, builder.lineRequest(space), tokens, clock, runtime, builder.limits.callTimeout()),
                owner -> new ChangeStream(owner, streams, builder.request(space, "changes"), tokens, clock, runtime),
                runtime);
        transport = new WsTransport(http.transport(), way, builder.limits.pullBytesMax());
    }

    /**
     * A relay by its URL.
     *
     * @param relayUrl {@code http} or {@code https}; may have a path, below which the relay is
     * @throws IllegalArgumentException if it is not such a URL, or has a user, a query or a fragment
     */
    public static Builder at(String relayUrl) {
        return new Builder(relayUrl, null);
    }

    /**
     * A relay by its URL, with the app's own time, chance and alarms.
     *
     * @param runtime stays the app's to close
     */
    public static Builder at(String relayUrl, SyncRuntime runtime) {
        return new Builder(relayUrl, Objects.requireNonNull(runtime, "runtime"));
    }

    /** The space's log. Closing it ends the line, not the registrar or the mailboxes. */
    public LiveTransport transport() {
        return transport;
    }

    /** Makes the space at the relay, and admits devices to it. */
    public Registrar registrar() {
        return http.registrar();
    }

    /** The mailboxes through which a device that knows a pairing URI joins. */
    public Mailboxes mailboxes() {
        return http.mailboxes();
    }

    /** The space's cells: small last values beside the log. */
    public Cells cells() {
        return http.cells();
    }

    /** Ends the line, and every call that is under way; what begins later fails. Takes less than a second. May be called more than once. */
    @Override
    public void close() {
        transport.close();
        http.close();
        if (ownsClient) {
            client.connectionPool().evictAll();
            client.dispatcher().executorService().shutdown();
        }
        if (ownRuntime != null) {
            ownRuntime.close();
        }
    }

    /** What may be chosen about a connection to a relay. For one thread. */
    public static final class Builder {
        private static final Duration PING_INTERVAL_MIN = Duration.ofMillis(100);
        private static final Duration PING_INTERVAL_MAX = Duration.ofSeconds(LineLimits.SILENCE_SECONDS_MAX / 2);

        private final String url;
        private final @Nullable SyncRuntime runtime;
        private HttpLimits limits = HttpLimits.DEFAULTS;
        private Duration pingInterval = PING_INTERVAL_MAX;
        private @Nullable OkHttpClient appClient;

        private Builder(String relayUrl, @Nullable SyncRuntime runtime) {
            this.url = relayUrl;
            this.runtime = runtime;
            HttpRelay.at(relayUrl, () -> 0); // refuses what is no relay's URL
        }

        /** Timeouts and page size, for both ways; {@link HttpLimits#DEFAULTS} if not called. */
        public Builder limits(HttpLimits chosen) {
            this.limits = Objects.requireNonNull(chosen, "limits");
            return this;
        }

        /**
         * How often the line is tried while nothing comes by it, and how long it may take to answer that: 30 s if not called. Shorter finds out sooner that the line is dead, and costs a phone's battery more.
         *
         * @throws IllegalArgumentException unless it is 100 ms to 30 s
         */
        public Builder pingInterval(Duration chosen) {
            if (chosen.compareTo(PING_INTERVAL_MIN) < 0 || chosen.compareTo(PING_INTERVAL_MAX) > 0) {
                throw new IllegalArgumentException(
                        "pingInterval is " + chosen + "; it must be " + PING_INTERVAL_MIN + " to " + PING_INTERVAL_MAX);
            }
            this.pingInterval = chosen;
            return this;
        }

        /**
         * The app's own HTTP client, for its connection pool, dispatcher, proxy, TLS settings and interceptors. What the protocol needs is set over it, as {@code HttpRelay}
         * does. The client stays the app's to close.
         */
        public Builder okHttpClient(OkHttpClient chosen) {
            this.appClient = Objects.requireNonNull(chosen, "okHttpClient");
            return this;
        }

        /**
         * For a device of a space, admitted or about to be.
         *
         * @param publicKey the device's Ed25519 public key
         */
        public WsRelay open(SpaceId space, byte[] publicKey, TokenSource tokens) {
            return new WsRelay(
                    this, Objects.requireNonNull(space, "space"), publicKey, Objects.requireNonNull(tokens, "tokens"));
        }

        private HttpRelay.Builder http(SyncRuntime time, OkHttpClient client) {
            return HttpRelay.at(url, time::wallMillis).limits(limits).okHttpClient(client);
        }

        private OkHttpClient client() {
            // A line holds a thread for as long as it is open: one that does not keep the process alive.
            return appClient != null
                    ? appClient
                    : new OkHttpClient.Builder()
                            .dispatcher(new Dispatcher(
                                    Executors.newCachedThreadPool(SystemRuntime.daemonThreads("tidelock-line"))))
                            .build();
        }

        private OkHttpClient lineClient(OkHttpClient base) {
            return base.newBuilder()
                    .connectTimeout(limits.connectTimeout())
                    .readTimeout(limits.readTimeout())
                    .writeTimeout(limits.readTimeout())
                    .callTimeout(limits.callTimeout())
                    .pingInterval(pingInterval)
                    .minWebSocketMessageToCompress(Long.MAX_VALUE)
                    .followRedirects(false)
                    .followSslRedirects(false)
                    .authenticator(Authenticator.NONE)
                    .cookieJar(CookieJar.NO_COOKIES)
                    .cache(null)
                    .socketFactory(new NoDelaySocketFactory(base.socketFactory()))
                    .addInterceptor(new BoundedUpgrade(LineLimits.ANSWER_BYTES_MAX))
                    .build();
        }

        /** A stream is one call for as long as it is open: it takes no place among those that the client allows at a time. */
        private OkHttpClient streamClient(OkHttpClient base) {
            return base.newBuilder()
                    .dispatcher(new Dispatcher(base.dispatcher().executorService()))
                    .readTimeout(Duration.ofSeconds(LineLimits.SILENCE_SECONDS_MAX))
                    .callTimeout(Duration.ZERO)
                    .build();
        }

        private Request lineRequest(SpaceId space) {
            return request(space, "live")
                    .header("Sec-WebSocket-Protocol", LineLimits.SUBPROTOCOL)
                    .build();
        }

        private Request.Builder request(SpaceId space, String what) {
            HttpUrl place = HttpUrl.get(url)
                    .newBuilder()
                    .addPathSegments("v1/spaces/" + space + "/" + what)
                    .build();
            return new Request.Builder().url(place);
        }
    }
}
