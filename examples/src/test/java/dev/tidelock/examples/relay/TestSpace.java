package dev.tidelock.examples.relay;

import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.KeyRing;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.ws.WsRelay;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;

/** A relay over real sockets, and a space with real keys at it. */
final class TestSpace implements AutoCloseable {
    private final KeyRing ring = KeyRing.newSpace();
    private final Map<Integer, SpaceKeys> keys = new HashMap<>();
    private final Map<Integer, Chain> chains = new HashMap<>();
    private final List<HttpRelay> open = new ArrayList<>();
    private final List<WsRelay> openLive = new ArrayList<>();
    private final LinePatience patience;
    private RelaySettings settings;
    private RelayServer server;

    private TestSpace(RelaySettings settings, LinePatience patience) throws IOException {
        this.settings = settings;
        this.patience = patience;
        this.server = RelayServer.start(settings, patience);
    }

    /** A space whose members are the devices 0 to {@code members} - 1. */
    static TestSpace start(RelaySettings settings, int members) throws Exception {
        return start(settings, LinePatience.DEFAULT, members);
    }

    static TestSpace start(RelaySettings settings, LinePatience patience, int members) throws Exception {
        TestSpace space = new TestSpace(settings, patience);
        if (members > 0) {
            space.connect(0).registrar().createSpace();
        }
        for (int i = 1; i < members; i++) {
            space.connect(0).registrar().admit(space.keys(i).identity().publicKey());
        }
        return space;
    }

    SpaceKeys keys(int device) {
        return keys.computeIfAbsent(device, any -> SpaceKeys.of(ring, DeviceIdentity.generate()));
    }

    String url() {
        return server.url();
    }

    RelayServer server() {
        return server;
    }

    String path() {
        return "/v1/spaces/" + ring.space();
    }

    HttpRelay connect(int device) {
        SpaceKeys own = keys(device);
        HttpRelay relay = HttpRelay.at(url(), settings.wallMillis())
                .open(own.space(), own.identity().publicKey(), own::tokenAt);
        open.add(relay);
        return relay;
    }

    WsRelay connectLive(int device) {
        return connectLive(device, url());
    }

    WsRelay connectLive(int device, OkHttpClient client) {
        SpaceKeys own = keys(device);
        WsRelay relay = WsRelay.at(url())
                .okHttpClient(client)
                .open(own.space(), own.identity().publicKey(), own::tokenAt);
        openLive.add(relay);
        return relay;
    }

    /** By way of a proxy, say. */
    WsRelay connectLive(int device, String url) {
        SpaceKeys own = keys(device);
        WsRelay relay = WsRelay.at(url).open(own.space(), own.identity().publicKey(), own::tokenAt);
        openLive.add(relay);
        return relay;
    }

    void restart() throws IOException {
        stop();
        server = RelayServer.start(settings, patience);
    }

    void stop() throws IOException {
        server.close();
    }

    /** The next envelopes of a device's chain, of one event each. */
    List<Envelope> next(int device, int count, int bytes) {
        Chain chain = chains.computeIfAbsent(device, any -> new Chain());
        List<Envelope> envelopes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Envelope envelope = keys(device).sealer().seal(chain.counter, 1, chain.previous, new byte[bytes]);
            chain.counter++;
            chain.previous = envelope.hash();
            envelopes.add(envelope);
        }
        return envelopes;
    }

    private static final class Chain {
        private long counter = 1;
        private EnvelopeHash previous = EnvelopeHash.NONE;
    }

    @Override
    public void close() throws IOException {
        open.forEach(HttpRelay::close);
        openLive.forEach(WsRelay::close);
        server.close();
    }
}
