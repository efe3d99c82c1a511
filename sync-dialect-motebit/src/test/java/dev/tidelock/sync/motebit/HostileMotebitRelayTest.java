package dev.tidelock.sync.motebit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.TestSealer;
import dev.tidelock.sync.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;

/** Whatever the relay answers, it becomes a failure of the right kind, quickly and without much memory; and nothing is taken for done that was not. */
class HostileMotebitRelayTest {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);
    private static final PullRequest EVERYTHING = PullRequest.missing(Map.of(), 0);
    private static final String NOTHING = "{\"motebit_id\":\"m\",\"events\":[],\"after_clock\":0}";

    private final TestSealer sealer = TestSealer.of(SPACE, 1);
    private final List<Request> asked = new ArrayList<>();

    private interface Answers {
        Response.Builder to(Request request) throws IOException;
    }

    private MotebitRelay relay(Answers answers) {
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    asked.add(chain.request());
                    return answers.to(chain.request())
                            .request(chain.request())
                            .protocol(Protocol.HTTP_1_1)
                            .message("")
                            .build();
                })
                .build();
        return MotebitRelay.at("http://relay.test/below/", new SimulatedRuntime(new VirtualTime(), 1))
                .okHttpClient(client)
                .signatures(sealer::isSigned)
                .open(SPACE, MotebitIdentity.ofUnprotectedSeed(new byte[32]), sealer.device());
    }

    private static Response.Builder answer(int status, String body) {
        return new Response.Builder().code(status).body(ResponseBody.create(body, MediaType.get("application/json")));
    }

    private TransportException pullFails(Answers answers) {
        asked.clear();
        return assertThrows(
                TransportException.class, () -> relay(answers).transport().pull(EVERYTHING));
    }

    @Test
    void pull_nonsense_isAProtocolFailure() {
        for (String body :
                List.of("", " ", "[]", "{}", "{\"events\":1}", "{\"events\":[{]}", "<html>", "{\"events\":[]")) {
            assertEquals(Kind.PROTOCOL, pullFails(request -> answer(200, body)).kind(), body);
            assertEquals(1, asked.size());
        }
    }

    @Test
    void pull_emptyAnswer_namesTheTrap() {
        TransportException failure = pullFails(request -> answer(200, ""));
        assertTrue(failure.getMessage().contains("HTTP/2"), failure.getMessage());
    }

    /** A request that offers HTTP/2 is done as if it were a GET without a body, and the answer has none: what is there only to be posted to is then not found. */
    @Test
    void call_emptyAnswerThatIsNoSuccess_namesTheTrap() {
        assertEquals(Kind.PROTOCOL, pullFails(request -> answer(403, "")).kind());
        assertEquals(1, asked.size());
        TransportException failure = assertThrows(
                TransportException.class,
                () -> relay(request -> answer(404, "")).register());
        assertEquals(Kind.PROTOCOL, failure.kind());
        assertTrue(failure.getMessage().contains("HTTP/2"), failure.getMessage());
    }

    @Test
    void pull_statusThatIsNoSuccess_isOfItsKind() {
        assertEquals(Kind.PROTOCOL, pullFails(request -> answer(302, "{}")).kind());
        assertEquals(Kind.REJECTED, pullFails(request -> answer(404, "{}")).kind());
        assertEquals(Kind.PROTOCOL, pullFails(request -> answer(204, "{}")).kind());
        TransportException broken = pullFails(
                request -> answer(500, "{\"error\":\"Internal\\u0007 server error\",\"code\":\"INTERNAL_ERROR\"}"));
        assertEquals(Kind.THROTTLED, broken.kind());
        assertTrue(broken.getMessage().contains("Internal  server error"), broken.getMessage());
    }

    @Test
    void pull_tooMany_waitsAsLongAsItSaysButNoLongerThanAnHour() {
        TransportException limited = pullFails(request -> answer(429, "{}").header("Retry-After", "17"));
        assertEquals(Kind.THROTTLED, limited.kind());
        assertEquals(Duration.ofSeconds(17), limited.retryAfter());
        assertEquals(
                RelayCalls.RETRY_AFTER_MAX,
                pullFails(request -> answer(503, "{}").header("Retry-After", "999999999"))
                        .retryAfter());
        assertEquals(
                null,
                pullFails(request -> answer(503, "{}").header("Retry-After", "soon"))
                        .retryAfter());
    }

    @Test
    void pull_tokenRefused_asksOnceMoreWithAnotherOne() {
        for (int status : new int[] {401, 403}) {
            assertEquals(
                    Kind.UNAUTHORIZED,
                    pullFails(request -> answer(status, "{}")).kind());
            assertEquals(2, asked.size());
            String first = asked.get(0).header("Authorization");
            String second = asked.get(1).header("Authorization");
            assertTrue(first.startsWith("Bearer ") && second.startsWith("Bearer "));
            assertNotEquals(first, second);
        }
    }

    @Test
    void pull_always_asksBelowTheRelaysUrlAndForNoCompression() throws TransportException {
        relay(request -> answer(200, NOTHING)).transport().pull(EVERYTHING);
        assertTrue(asked.get(0).url().toString().startsWith("http://relay.test/below/sync/"), asked.toString());
        assertEquals("identity", asked.get(0).header("Accept-Encoding"));
    }

    @Test
    void pull_relayDoesNotSayTheTime_saysNothingOfIt() throws TransportException {
        PullResult result = relay(request -> answer(200, NOTHING)).transport().pull(EVERYTHING);
        assertEquals(0, result.remoteMillis());
        result = relay(request -> answer(200, NOTHING).header("Date", "Thu, 01 Jan 2026 00:00:00 GMT"))
                .transport()
                .pull(EVERYTHING);
        assertEquals(1_767_225_600_500L, result.remoteMillis());
    }

    @Test
    void push_answerSaysNothing_isAProtocolFailure() {
        MotebitRelay relay =
                relay(request -> answer(200, request.method().equals("GET") ? NOTHING : "{\"motebit_id\":\"m\"}"));
        TransportException failure = assertThrows(
                TransportException.class,
                () -> relay.transport().push(List.of(sealer.seal(1, 1, EnvelopeHash.NONE, new byte[40]))));
        assertEquals(Kind.PROTOCOL, failure.kind());
    }

    @Test
    void push_acceptedAndNeverThere_isTriedAFewTimesUnderOtherIds() {
        MotebitRelay relay =
                relay(request -> answer(200, request.method().equals("GET") ? NOTHING : "{\"accepted\":1}"));
        TransportException failure = assertThrows(
                TransportException.class,
                () -> relay.transport().push(List.of(sealer.seal(1, 1, EnvelopeHash.NONE, new byte[40]))));
        assertEquals(Kind.PROTOCOL, failure.kind());
        List<String> ids = asked.stream()
                .filter(request -> request.method().equals("POST"))
                .map(HostileMotebitRelayTest::eventId)
                .distinct()
                .toList();
        assertEquals(3, ids.size());
    }

    private static String eventId(Request request) {
        try {
            Buffer body = new Buffer();
            request.body().writeTo(body);
            return body.readUtf8().replaceAll(".*\"event_id\":\"([^\"]*)\".*", "$1");
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void push_answerWithoutEnd_isNotReadToIt() {
        long[] read = {0};
        MotebitRelay relay = relay(request -> request.method().equals("GET")
                ? answer(200, NOTHING)
                : new Response.Builder().code(200).body(endless(read)));
        TransportException failure = assertThrows(
                TransportException.class,
                () -> relay.transport().push(List.of(sealer.seal(1, 1, EnvelopeHash.NONE, new byte[40]))));
        assertEquals(Kind.PROTOCOL, failure.kind());
        assertTrue(read[0] < 1 << 20, "read " + read[0]);
    }

    private static ResponseBody endless(long[] read) {
        Source spaces = new Source() {
            @Override
            public long read(Buffer sink, long byteCount) {
                sink.writeUtf8(" ".repeat(8192));
                read[0] += 8192;
                return 8192;
            }

            @Override
            public Timeout timeout() {
                return Timeout.NONE;
            }

            @Override
            public void close() {}
        };
        return ResponseBody.create(Okio.buffer(spaces), MediaType.get("application/json"), -1);
    }

    @Test
    void register_refused_saysWhy() {
        TransportException form = assertThrows(
                TransportException.class,
                () -> relay(
                                request -> answer(
                                        400,
                                        "{\"error\":\"malformed\",\"code\":\"DEVICE_REGISTRATION_REJECTED\",\"reason\":\"malformed\"}"))
                        .register());
        assertEquals(Kind.REJECTED, form.kind());
        String taken = "{\"code\":\"IDENTITY_KEY_CONFLICT\",\"error\":\"another key\"}";
        TransportException squatted = assertThrows(
                TransportException.class,
                () -> relay(request -> answer(409, taken)).register());
        assertEquals(Kind.REJECTED, squatted.kind());
        assertTrue(squatted.getMessage().contains("for this motebit"), squatted.getMessage());
        TransportException known = assertThrows(
                TransportException.class,
                () -> relay(request -> answer(409, "{}")).register());
        assertTrue(known.getMessage().contains("for this device"), known.getMessage());
        asked.clear();
        TransportException stale = assertThrows(
                TransportException.class,
                () -> relay(request -> answer(400, "{\"reason\":\"stale\"}")).register());
        assertEquals(Kind.REJECTED, stale.kind());
        assertEquals(2, asked.size(), "once by its own time, once by the relay's");
        assertEquals(null, asked.get(0).header("Authorization"));
    }

    @Test
    void at_notARelaysUrl_isRefused() {
        SimulatedRuntime runtime = new SimulatedRuntime(new VirtualTime(), 1);
        for (String url : List.of("relay", "ftp://relay", "http://user@relay", "http://relay?x=1", "http://relay#x")) {
            assertThrows(IllegalArgumentException.class, () -> MotebitRelay.at(url, runtime), url);
        }
    }

    @Test
    void identity_always_keepsItsSeedToItself() {
        MotebitIdentity identity = MotebitIdentity.ofUnprotectedSeed(new byte[32]);
        assertFalse(identity.toString().contains("00000000"));
        assertEquals(identity, MotebitIdentity.ofUnprotectedSeed(identity.exportUnprotectedSeed()));
        assertNotEquals(identity, MotebitIdentity.derivedFrom(new byte[32]));
        assertThrows(IllegalArgumentException.class, () -> MotebitIdentity.ofUnprotectedSeed(new byte[31]));
        assertThrows(IllegalArgumentException.class, () -> MotebitIdentity.derivedFrom(new byte[31]));
        assertInstanceOf(String.class, identity.motebitId());
        assertNotEquals(MotebitIdentity.generate(), MotebitIdentity.generate());
    }
}
