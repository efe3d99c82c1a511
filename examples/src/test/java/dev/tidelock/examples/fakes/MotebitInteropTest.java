package dev.tidelock.examples.fakes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.KeyRing;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.motebit.MotebitIdentity;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.testkit.motebit.MotebitModel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Devices with real keys at a motebit relay, over real sockets: what a client of that relay has to get right, and what it has to survive. */
class MotebitInteropTest {
    private final AtomicLong relayAheadMillis = new AtomicLong();
    private final MotebitPlace server =
            new MotebitPlace(new MotebitModel(() -> System.currentTimeMillis() + relayAheadMillis.get()));
    private final KeyRing ring = KeyRing.newSpace();
    private final MotebitIdentity identity = MotebitIdentity.generate();
    private final List<MotebitDevice> devices = new ArrayList<>();

    @AfterEach
    void close() {
        devices.forEach(MotebitDevice::close);
        server.close();
    }

    private MotebitDevice device() throws TransportException {
        return keep(new MotebitDevice(server.url(), ring, identity)).registered();
    }

    private MotebitDevice keep(MotebitDevice device) {
        devices.add(device);
        return device;
    }

    private List<JsonValue> stored() {
        return server.events(identity.motebitId());
    }

    private static JsonObject event(String id, String motebitId, JsonValue clock, JsonValue payload) {
        return JsonObject.EMPTY
                .with("event_id", JsonValue.of(id))
                .with("motebit_id", JsonValue.of(motebitId))
                .with("event_type", JsonValue.of("state_updated"))
                .with("version_clock", clock)
                .with("timestamp", JsonValue.of(1))
                .with("payload", payload);
    }

    @Test
    void register_twice_isHarmless() throws TransportException {
        MotebitDevice one = device();
        one.relay.register();
        assertEquals(1, stored().size(), "the relay's own plaintext event");
        assertTrue(stored().get(0).toJson().contains("identity_created"));
    }

    /** The relay would give a device's id to whoever registers it next under a motebit of his own. */
    @Test
    void register_sameDeviceUnderAnotherMotebit_takesNothingFromTheFirst() throws Exception {
        DeviceIdentity same = DeviceIdentity.generate();
        MotebitDevice one =
                keep(new MotebitDevice(server.url(), ring, identity, same, Duration.ZERO, chosen -> chosen));
        MotebitDevice other = keep(new MotebitDevice(
                server.url(), ring, MotebitIdentity.generate(), same, Duration.ZERO, chosen -> chosen));
        one.registered();
        other.registered();
        one.put("a", "still here");
        one.client.sync();
        other.client.sync();
    }

    @Test
    void events_always_nameNoDevice() throws Exception {
        MotebitDevice one = device();
        one.put("a", "from one");
        one.client.sync();
        assertEquals(2, stored().size());
        stored().forEach(event -> assertNull(event.asObject().get("device_id"), event::toJson));
    }

    @Test
    void sync_relayTakesOneKeyOfAMotebit_hasAllDevices() throws Exception {
        server.model().bindKeys();
        MotebitDevice one = device();
        MotebitDevice other = device();
        one.put("a", "from one");
        one.client.sync();
        other.client.sync();
        assertEquals("from one", other.get("a"));
    }

    @Test
    void registerAndSync_clockAnHourOff_goThroughByTheRelaysTime() throws Exception {
        for (Duration off : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
            MotebitDevice device = keep(
                    new MotebitDevice(server.url(), ring, identity, DeviceIdentity.generate(), off, chosen -> chosen));
            device.registered();
            device.put("off" + off, "by " + off);
            device.client.sync();
        }
    }

    @Test
    void register_tooOften_saysWhenToComeBack() throws TransportException {
        MotebitDevice one = device();
        TransportException limited = assertThrows(TransportException.class, () -> {
            for (int i = 0; i < 40; i++) {
                one.relay.register();
            }
        });
        assertEquals(Kind.THROTTLED, limited.kind());
        assertTrue(limited.retryAfter().getSeconds() <= 60);
    }

    @Test
    void sync_tokenExpired_makesOneNewTokenAndGoesOn() throws Exception {
        MotebitDevice device = device();
        device.client.sync();
        server.model(); // its time can be set
        relayAheadMillis.set(Duration.ofMinutes(6).toMillis());
        device.put("a", "after six minutes");
        device.client.sync();
        assertEquals(0, device.client.status().pending());
    }

    @Test
    void sync_deviceNotRegistered_isUnauthorizedAndKeepsEverything() throws TransportException {
        MotebitDevice device = keep(new MotebitDevice(server.url(), ring, identity));
        device.put("a", "kept");
        SyncException refused = assertThrows(SyncException.class, device.client::sync);
        assertEquals(BlockedBy.UNAUTHORIZED, refused.blockedBy());
        assertEquals(1, device.client.status().pending());
    }

    @Test
    void sync_fiftyEventsFromOneToTheOther_arriveAndStayUnreadable() throws Exception {
        MotebitDevice one = device();
        MotebitDevice other = device();
        for (int i = 0; i < 50; i++) {
            one.put("n" + i, "NEEDLE é 😀 " + i);
            one.client.sync();
        }
        other.client.sync();
        for (int i = 0; i < 50; i++) {
            assertEquals("NEEDLE é 😀 " + i, other.get("n" + i));
        }
        assertTrue(stored().size() > 50);
        stored().forEach(event -> assertFalse(event.toJson().contains("NEEDLE")));
        stored().forEach(event ->
                assertFalse(event.toJson().contains(ring.space().toString())));
        assertEquals(one.client.stateHash(), other.client.stateHash());
        assertEquals(List.of(), other.client.status().incidents());
    }

    @Test
    void liveLine_anothersPush_isHeardAtOnceAndOnesOwnIsNot() throws Exception {
        MotebitDevice one = device();
        MotebitDevice other = device();
        other.listen();
        assertEquals("open", other.heard());
        assertEquals("changed", other.heard(), "what came before the line was open is not told");
        one.put("a", "from one");
        one.client.sync();
        assertEquals("changed", other.heard());
        other.client.sync();
        assertEquals("from one", other.get("a"));
        other.put("b", "from other");
        other.client.sync();
        one.client.sync();
        assertFalse(other.hasHeardMore(), "its own pushes name it as their device");
    }

    @Test
    void liveLine_duplicatePush_changesNothing() throws Exception {
        MotebitDevice one = device();
        MotebitDevice other = device();
        one.put("a", "once");
        one.client.sync();
        other.listen();
        assertEquals("open", other.heard());
        assertEquals("changed", other.heard());
        other.client.sync();
        long before = stored().size();
        JsonObject copy = stored().get(1).asObject().with("payload", JsonValue.of("not what is stored"));
        server.insert(identity.motebitId(), copy);
        SyncReport report = other.client.sync();
        assertEquals(0, report.pulled());
        assertEquals(before, stored().size());
    }

    @Test
    void liveLine_cut_comesBackAndCatchesUpWithExactlyWhatWasMissed() throws Exception {
        MotebitDevice one = device();
        MotebitDevice other = device();
        other.listen();
        assertEquals("open", other.heard());
        assertEquals("changed", other.heard());
        other.client.sync();
        server.model().cutSockets();
        assertEquals("cut", other.heard());
        for (int i = 0; i < 10; i++) {
            one.put("n" + i, "missed");
        }
        one.client.sync();
        assertEquals("open", other.heard());
        assertEquals("changed", other.heard());
        assertEquals(10, other.client.sync().pulled());
        assertTrue(other.relay.transport().isLive());
    }

    @Test
    void liveLine_closedByTheApp_endsForGood() throws Exception {
        MotebitDevice one = device();
        one.listen();
        assertEquals("open", one.heard());
        one.close();
        assertFalse(one.relay.transport().isLive());
    }

    @Test
    void sync_strangersEvents_arePassedOver() throws Exception {
        MotebitDevice one = device();
        MotebitDevice other = device();
        MotebitIdentity stranger = MotebitIdentity.generate();
        JsonObject sealed = JsonObject.EMPTY
                .with("_encrypted", JsonValue.TRUE)
                .with(
                        "_data",
                        JsonValue.of(
                                "{\"c\":\"AAAA\",\"n\":\"AAECAwQFBgcICQoL\",\"t\":\"y44nHVBJchhoi4nnunF/LQ==\",\"v\":1}"));
        String mid = identity.motebitId();
        server.insert(mid, event("stray", mid, JsonValue.of(1L << 53), sealed));
        server.insert(mid, event("foreign", stranger.motebitId(), JsonValue.of(3), sealed));
        server.insert(mid, event("text", mid, JsonValue.of("12"), JsonValue.of("text")));
        server.insert(mid, event("word", mid, JsonValue.of("abc"), sealed));
        server.insert(mid, event("fraction", mid, JsonValue.of(2.5), JsonValue.of(1)));
        server.insert(mid, event("long", mid, JsonValue.of(4), JsonValue.of("x".repeat(6 << 20))));
        one.put("a", "still here");
        one.client.sync();
        other.client.sync();
        assertEquals("still here", other.get("a"));
        assertEquals(SyncStatus.State.SYNCED, other.client.status().state());
        assertEquals(List.of(), other.client.status().incidents());
        JsonValue ours = stored().stream()
                .filter(event -> event.toJson().contains("tidelock_envelope"))
                .findFirst()
                .orElseThrow();
        assertTrue(ours.asObject().get("version_clock").asNumber().longValue() < 100, "not above a stranger's 2^53");
    }

    @Test
    void sync_acceptedAndNotStored_isNotTakenForSent() throws Exception {
        MotebitDevice one = device();
        server.model().storeOnly(event -> false);
        one.put("a", "not lost");
        SyncException failed = assertThrows(SyncException.class, one.client::sync);
        assertEquals(BlockedBy.PROTOCOL, failed.blockedBy());
        assertEquals(1, one.client.status().pending());
        server.model().storeOnly(event -> true);
        one.client.sync();
        MotebitDevice other = device();
        other.client.sync();
        assertEquals("not lost", other.get("a"));
    }

    @Test
    void sync_relayWentBackToABackup_isMadeWhole() throws Exception {
        MotebitDevice one = device();
        MotebitDevice other = device();
        Map<String, Object> backup = server.model().backup();
        one.put("a", "after the backup");
        one.client.sync();
        other.client.sync();
        server.model().restore(backup);
        one.client.sync();
        other.client.sync();
        MotebitDevice third = device();
        third.client.sync();
        assertEquals("after the backup", third.get("a"));
    }

    @Test
    void sync_relayEmptied_saysSoAndIsMadeWholeAfterRegistering() throws Exception {
        MotebitDevice one = device();
        one.put("a", "before");
        one.client.sync();
        server.model().empty();
        assertEquals(
                BlockedBy.UNAUTHORIZED,
                assertThrows(SyncException.class, one.client::sync).blockedBy());
        one.relay.register();
        one.client.sync();
        MotebitDevice other = device();
        other.client.sync();
        assertEquals("before", other.get("a"));
    }

    @Test
    void liveLine_threeHundredChangesAtOnce_allArriveWithinTheLimitOfFrames() throws Exception {
        MotebitDevice one = device();
        MotebitDevice other = device();
        one.listen();
        other.listen();
        for (int i = 0; i < 300; i++) {
            one.put("n" + i, "v" + i);
            if (i % 10 == 0) {
                one.client.sync();
            }
        }
        one.client.sync();
        other.client.sync();
        for (int i = 0; i < 300; i++) {
            assertEquals("v" + i, other.get("n" + i));
        }
    }

    /** Shows that the stand-in has the trap: whoever offers HTTP/2 gets nothing, and a status that looks like success. */
    @Test
    void relay_http2IsOffered_answersNothing() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + "/health"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
        assertEquals("", answer.body());
    }

    @Test
    void sync_appsClientPrefersHttp2_isForcedToHttp1() throws Exception {
        OkHttpClient http2 = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .build();
        MotebitDevice device = keep(new MotebitDevice(
                server.url(),
                ring,
                identity,
                DeviceIdentity.generate(),
                Duration.ZERO,
                chosen -> chosen.okHttpClient(http2)));
        device.registered();
        device.put("a", "over HTTP/1.1");
        device.client.sync();
    }

    /** Something in between that adds the offer, as an interceptor does here, must not be taken for success. */
    @Test
    void sync_http2IsOfferedAllTheSame_failsLoudly() throws Exception {
        OkHttpClient offering = new OkHttpClient.Builder()
                .addInterceptor(chain -> chain.proceed(chain.request()
                        .newBuilder()
                        .header("Upgrade", "h2c")
                        .header("Connection", "Upgrade, HTTP2-Settings")
                        .header("HTTP2-Settings", "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA")
                        .build()))
                .build();
        MotebitDevice device = keep(new MotebitDevice(
                server.url(),
                ring,
                identity,
                DeviceIdentity.generate(),
                Duration.ZERO,
                chosen -> chosen.okHttpClient(offering)));
        TransportException loud = assertThrows(TransportException.class, device.relay::register);
        assertEquals(Kind.PROTOCOL, loud.kind());
        assertTrue(loud.getMessage().contains("HTTP/2"), loud.getMessage());
        device.put("a", "kept");
        assertEquals(
                BlockedBy.PROTOCOL,
                assertThrows(SyncException.class, device.client::sync).blockedBy());
        assertEquals(1, device.client.status().pending());
    }

    @Test
    void call_emptyAnswerWithStatus200_isAFailure() throws Exception {
        HttpServer empty = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        AtomicInteger asked = new AtomicInteger();
        empty.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        empty.start();
        try {
            String url = "http://127.0.0.1:" + empty.getAddress().getPort();
            MotebitDevice device = keep(new MotebitDevice(url, ring, identity));
            TransportException failed = assertThrows(
                    TransportException.class, () -> device.relay.transport().pull(PullRequest.missing(Map.of(), 0)));
            assertEquals(Kind.PROTOCOL, failed.kind());
            assertThrows(TransportException.class, device.relay::register);
            assertEquals(2, asked.get());
        } finally {
            empty.stop(0);
        }
    }

    @Test
    void socket_notAuthorized_isToldAndClosed() throws Exception {
        MotebitDevice one = device();
        OkHttpClient client = new OkHttpClient();
        List<String> heard = new ArrayList<>();
        java.util.concurrent.CompletableFuture<Integer> closed = new java.util.concurrent.CompletableFuture<>();
        WebSocket socket = client.newWebSocket(
                new Request.Builder()
                        .url(server.url() + "/ws/sync/" + identity.motebitId() + "?device_id=x")
                        .build(),
                new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket opened, Response response) {
                        opened.send("{\"type\":\"push\",\"events\":[]}");
                        opened.send("{\"type\":\"auth\",\"token\":\"a.b\"}");
                    }

                    @Override
                    public void onMessage(WebSocket from, String text) {
                        heard.add(text);
                    }

                    @Override
                    public void onClosing(WebSocket from, int code, String reason) {
                        closed.complete(code);
                        from.close(1000, null);
                    }
                });
        assertEquals(4003, closed.get(20, java.util.concurrent.TimeUnit.SECONDS));
        assertEquals(2, heard.size());
        assertTrue(heard.get(0).contains("Authentication required"));
        assertTrue(heard.get(1).contains("\"ok\":false"));
        socket.cancel();
        assertFalse(one.relay.transport().isLive(), "nobody has told it to listen");
    }
}
