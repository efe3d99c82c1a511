package dev.tidelock.sync.http;

import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.internal.NoDelaySocketFactory;
import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.http.internal.TokenCache;
import dev.tidelock.sync.spi.transport.Cells;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.Transport;
import java.util.Objects;
import java.util.function.LongSupplier;
import okhttp3.Authenticator;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * One space at one relay, as one device sees it: its log, its members, and the mailboxes for pairing.
 *
 * <pre>{@code
 * HttpRelay relay = HttpRelay.at("https://relay.example", System::currentTimeMillis)
 *         .open(space, publicKey, tokenSource);
 * relay.registrar().createSpace();
 * Transport transport = relay.transport();
 * }</pre>
 *
 * <p>Asks once per call, and once more if a token is refused; it never waits and never tries again, which is the engine's part. Every
 * answer is taken for hostile: what is too long, too slow, or not what was asked for ends with a {@code TransportException}. Redirects
 * are not followed, and nothing is kept on disk. Safe for use by any number of threads.
 */
public final class HttpRelay implements AutoCloseable {
    private final OkHttpClient client;
    private final boolean ownsClient;
    private final RelayCalls transportCalls;
    private final RelayCalls otherCalls;
    private final Transport transport;
    private final Registrar registrar;
    private final Mailboxes mailboxes;
    private final Cells cells;

    private HttpRelay(Builder builder, SpaceId space, byte[] publicKey, TokenSource tokenSource) {
        client = builder.client();
        ownsClient = builder.appClient == null;
        RelayClock clock = new RelayClock(builder.wallMillis);
        TokenCache tokens = new TokenCache(tokenSource::tokenAt, clock);
        // Two sets of calls: closing the transport must not end a pairing that goes on beside it.
        transportCalls = new RelayCalls(client, builder.url, clock, tokens);
        otherCalls = new RelayCalls(client, builder.url, clock, tokens);
        String path = "v1/spaces/" + space;
        String remote = builder.url.newBuilder().addPathSegments(path).build().toString();
        transport = new HttpTransport(transportCalls, remote, path, builder.limits.pullBytesMax());
        registrar = new HttpRegistrar(otherCalls, path, publicKey);
        mailboxes = new HttpMailboxes(otherCalls, space, builder.limits);
        cells = new HttpCells(otherCalls, path);
    }

    /**
     * A relay by its URL.
     *
     * @param relayUrl {@code http} or {@code https}; may have a path, below which the relay is
     * @param wallMillis the device's clock, in milliseconds since 1970
     * @throws IllegalArgumentException if it is not such a URL, or has a user, a query or a fragment
     */
    public static Builder at(String relayUrl, LongSupplier wallMillis) {
        return new Builder(relayUrl, wallMillis);
    }

    /** The space's log. Closing it does not end the registrar or the mailboxes. */
    public Transport transport() {
        return transport;
    }

    /** Makes the space at the relay, and admits devices to it. */
    public Registrar registrar() {
        return registrar;
    }

    /** The mailboxes through which a device that knows a pairing URI joins. */
    public Mailboxes mailboxes() {
        return mailboxes;
    }

    /** The space's cells: small last values beside the log. */
    public Cells cells() {
        return cells;
    }

    /** Ends every call that is under way; what begins later fails. May be called more than once. */
    @Override
    public void close() {
        transportCalls.close();
        otherCalls.close();
        if (ownsClient) {
            client.connectionPool().evictAll();
        }
    }

    /** What may be chosen about a connection to a relay. For one thread. */
    public static final class Builder {
        private final HttpUrl url;
        private final LongSupplier wallMillis;
        private HttpLimits limits = HttpLimits.DEFAULTS;
        private @Nullable OkHttpClient appClient;

        private Builder(String relayUrl, LongSupplier wallMillis) {
            this.url = parse(relayUrl);
            this.wallMillis = Objects.requireNonNull(wallMillis, "wallMillis");
        }

        private static HttpUrl parse(String relayUrl) {
            HttpUrl url = HttpUrl.parse(relayUrl);
            if (url == null) {
                throw new IllegalArgumentException(
                        "'" + relayUrl + "' is not an http or https URL, such as https://relay.example");
            }
            if (!url.encodedUsername().isEmpty() || !url.encodedPassword().isEmpty()) {
                throw new IllegalArgumentException("a relay's URL has no user and no password: devices show tokens");
            }
            if (url.encodedQuery() != null || url.encodedFragment() != null) {
                throw new IllegalArgumentException(
                        "'" + relayUrl + "' has a query or a fragment; a relay's URL has none");
            }
            return url;
        }

        /** Timeouts and page size; {@link HttpLimits#DEFAULTS} if not called. */
        public Builder limits(HttpLimits chosen) {
            this.limits = Objects.requireNonNull(chosen, "limits");
            return this;
        }

        /**
         * The app's own HTTP client, for its connection pool, proxy, TLS settings and interceptors. What the protocol needs is set
         * over it: timeouts, no redirects, no cache, no cookies, no authenticator, {@code TCP_NODELAY}. The client stays the app's
         * to close.
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
        public HttpRelay open(SpaceId space, byte[] publicKey, TokenSource tokens) {
            EnvelopeHeader.deviceOf(publicKey); // refuses what is no key
            return new HttpRelay(
                    this, Objects.requireNonNull(space, "space"), publicKey, Objects.requireNonNull(tokens, "tokens"));
        }

        /** For a device that is about to join a space: mailboxes, of which it can open none. */
        public Mailboxes openAsGuest() {
            return new HttpMailboxes(new RelayCalls(client(), url, new RelayClock(wallMillis), null), null, limits);
        }

        private OkHttpClient client() {
            OkHttpClient base = appClient == null ? new OkHttpClient() : appClient;
            return base.newBuilder()
                    .connectTimeout(limits.connectTimeout())
                    .readTimeout(limits.readTimeout())
                    .writeTimeout(limits.readTimeout())
                    .callTimeout(limits.callTimeout())
                    .followRedirects(false)
                    .followSslRedirects(false)
                    .authenticator(Authenticator.NONE)
                    .cookieJar(CookieJar.NO_COOKIES)
                    .cache(null)
                    .socketFactory(new NoDelaySocketFactory(base.socketFactory()))
                    .build();
        }
    }
}
