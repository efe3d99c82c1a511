package dev.tidelock.sync.motebit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.internal.NoDelaySocketFactory;
import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.Authenticator;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * One space in the log of one motebit, at a motebit relay, as one device sees it.
 *
 * <pre>{@code
 * SyncRuntime runtime = new SystemRuntime();
 * MotebitRelay relay = MotebitRelay.at("https://relay.example", runtime).open(keys.space(), identity, keys.device());
 * relay.register();
 * SyncClient client = SyncClient.builder(store, relay.transport(), keys.sealer()).runtime(runtime).open();
 * }</pre>
 *
 * <p>Speaks HTTP/1.1 only: this relay answers an offer of HTTP/2 with nothing. Every answer is taken for hostile, and so is every event in the log: anybody who knows the motebit's id can write
 * there. What is not one of the space's envelopes is passed over. Safe for use by any number of threads.
 */
public final class MotebitRelay implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private final OkHttpClient client;
    private final boolean ownsClient;
    private final DeviceSigner device;
    private final RelayClock clock;
    private final RelayCalls calls;
    private final RelayCalls transportCalls;
    private final MotebitTransport transport;

    private MotebitRelay(Builder builder, SpaceId space, MotebitIdentity identity, DeviceId deviceId) {
        client = builder.client();
        ownsClient = builder.appClient == null;
        device = identity.signer(deviceId);
        clock = new RelayClock(builder.runtime::wallMillis);
        Tokens tokens = new Tokens(device, clock);
        // Two sets of calls: closing the transport must not end a registration.
        calls = new RelayCalls(client, builder.url, clock, tokens);
        transportCalls = new RelayCalls(client, builder.url, clock, tokens);
        SignatureCheck signatures = builder.signatures == null ? SignatureCheck.of(space) : builder.signatures;
        String id = device.motebitId();
        HttpUrl live = builder.url
                .newBuilder()
                .addPathSegments("ws/sync/" + id)
                .addQueryParameter("device_id", device.deviceId())
                .build();
        transport = new MotebitTransport(
                transportCalls,
                clock,
                new EnvelopeEvents(device, identity.eventSeal()),
                signatures,
                device,
                builder.url.newBuilder().addPathSegments("sync/" + id).build().toString(),
                new SeenLog(new LogId(id), signatures),
                new LiveLine(client, live, tokens, builder.runtime));
    }

    /**
     * A relay by its URL.
     *
     * @param relayUrl {@code http} or {@code https}; may have a path, below which the relay is
     * @param runtime the device's clock, chance and alarms; not closed by what is made here
     * @throws IllegalArgumentException if it is not such a URL, or has a user, a query or a fragment
     */
    public static Builder at(String relayUrl, SyncRuntime runtime) {
        return new Builder(relayUrl, runtime);
    }

    /**
     * Makes this device known to the relay, as one of the motebit; and the motebit, if it is not known yet. To be done once, and again after the relay was emptied or replaced. Harmless if
     * it has been done.
     *
     * @throws TransportException of kind {@code REJECTED} if the relay will not have it
     */
    public void register() throws TransportException {
        boolean registered = registerOnce();
        if (!registered) {
            registered = registerOnce(); // by the relay's time: now it is known
        }
        if (!registered) {
            throw new TransportException(
                    Kind.REJECTED, "the relay says that the registration is stale, also by its own time", null);
        }
    }

    /** @return false if the relay finds it stale */
    private boolean registerOnce() throws TransportException {
        Request.Builder request = calls.to("api/v1/devices/register-self", null)
                .post(RelayCalls.json(device.registration(clock.relayMillis(), Map.of())));
        return calls.withoutToken(request, (answer, millis) -> {
            if (answer.code() == 400 || answer.code() == 409) {
                SmallAnswer said = RelayCalls.small(answer);
                if ("stale".equals(said.text("reason"))) {
                    return false;
                }
                String reason = "bad_signature".equals(said.text("reason")) ? "the signature" : "the form";
                String holder = "IDENTITY_KEY_CONFLICT".equals(said.text("code")) ? "motebit" : "device";
                String why = answer.code() == 409 ? "it knows another key for this " + holder : "its reason: " + reason;
                throw new TransportException(
                        Kind.REJECTED, "the relay does not register this device (" + answer.code() + "); " + why, null);
            }
            RelayCalls.require(answer, 200, 201);
            if (!RelayCalls.small(answer).has("created")) {
                throw new WireFormatException("it does not say whether the device is registered");
            }
            return true;
        });
    }

    /** The motebit's log, and its live line. Closing it does not close this. */
    public LiveTransport transport() {
        return transport;
    }

    /** Ends every call that is under way, and the live line; what begins later fails. May be called more than once. */
    @Override
    public void close() {
        transport.close();
        calls.close();
        if (ownsClient) {
            client.connectionPool().evictAll();
        }
    }

    /** What may be chosen about a connection to a relay. For one thread. */
    public static final class Builder {
        private final HttpUrl url;
        private final SyncRuntime runtime;
        private @Nullable OkHttpClient appClient;
        private @Nullable SignatureCheck signatures;

        private Builder(String relayUrl, SyncRuntime runtime) {
            this.url = parse(relayUrl);
            this.runtime = Objects.requireNonNull(runtime, "runtime");
        }

        private static HttpUrl parse(String relayUrl) {
            HttpUrl url = HttpUrl.parse(relayUrl);
            if (url == null) {
                throw new IllegalArgumentException(
                        "'" + relayUrl + "' is not an http or https URL, such as https://relay.example");
            }
            boolean plain = url.encodedUsername().isEmpty()
                    && url.encodedPassword().isEmpty()
                    && url.encodedQuery() == null
                    && url.encodedFragment() == null;
            if (!plain) {
                throw new IllegalArgumentException("a relay's URL has no user, no password, no query and no fragment");
            }
            return url;
        }

        /**
         * The app's own HTTP client, for its connection pool, proxy, TLS settings and interceptors. What the relay needs is set over it: HTTP/1.1, timeouts, no redirects, no
         * cache, no cookies, no authenticator. The client stays the app's to close.
         */
        public Builder okHttpClient(OkHttpClient chosen) {
            this.appClient = Objects.requireNonNull(chosen, "okHttpClient");
            return this;
        }

        /** For tests whose envelopes are not signed with Ed25519. */
        Builder signatures(SignatureCheck chosen) {
            this.signatures = chosen;
            return this;
        }

        /**
         * Opens the log of a motebit for a space. Nothing is sent yet.
         *
         * @param identity the same on all devices of the space; of no other space
         * @param device this device, whose id at the relay is derived from it
         */
        public MotebitRelay open(SpaceId space, MotebitIdentity identity, DeviceId device) {
            return new MotebitRelay(
                    this,
                    Objects.requireNonNull(space, "space"),
                    Objects.requireNonNull(identity, "identity"),
                    Objects.requireNonNull(device, "device"));
        }

        private OkHttpClient client() {
            OkHttpClient base = appClient == null ? new OkHttpClient() : appClient;
            return base.newBuilder()
                    .protocols(List.of(Protocol.HTTP_1_1))
                    .connectTimeout(CONNECT_MAX)
                    .readTimeout(SILENCE_MAX)
                    .writeTimeout(SILENCE_MAX)
                    .callTimeout(Duration.ZERO) // each call has its own
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
