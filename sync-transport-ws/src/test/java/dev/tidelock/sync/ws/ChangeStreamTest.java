package dev.tidelock.sync.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where WebSockets are blocked, a stream tells that the log has grown; whatever comes by it, it does no harm. */
class ChangeStreamTest extends ScriptedRelay {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(11);

    private MockResponse.Builder open;
    private volatile boolean noTokens;
    private volatile long tokenMillis;

    @BeforeEach
    void block() {
        open = upgrade;
        upgrade = new MockResponse.Builder().code(403);
    }

    @Override
    WsRelay.Builder options(WsRelay.Builder builder) {
        return builder.okHttpClient(new OkHttpClient.Builder()
                .eventListener(new EventListener() {
                    @Override
                    public void canceled(Call call) {
                        if (call.request().url().encodedPath().endsWith("/changes")) {
                            events.add("stream cancelled");
                        }
                    }
                })
                .build());
    }

    @Override
    String token(long millis) {
        if (noTokens) {
            throw new IllegalStateException("the key store is locked");
        }
        tokenMillis = millis;
        return super.token(millis);
    }

    private static MockResponse.Builder stream(String text) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream; charset=UTF-8")
                .body(text);
    }

    /** One that says no more, and does not end. */
    private static MockResponse.Builder openStream() {
        return stream("data: 5\n\n").throttleBody(1, 1, TimeUnit.HOURS);
    }

    /** Events that are told until the stream ends. */
    private int changesTold() throws InterruptedException {
        await("open");
        int count = 0;
        for (String told = next(); !told.equals("cut"); told = next()) {
            assertEquals("changed", told);
            count++;
        }
        return count;
    }

    @Test
    void stream_tellsThatTheLogHasGrown_butNotAllTheTime() throws Exception {
        changes = stream(":\n\ndata: 5\n\nevent: length\r\nid: 1\r\ndata:6\r\n\r\n:\n\n\n\nwhatever\n\ndata:7\n\n");
        WsTransport transport = listen();
        await("stream Tidelock token-1");
        assertEquals(1 + 1, changesTold());
        assertFalse(transport.isLive());
        runtime.fire(Duration.ofMillis(100));
        assertEquals("changed", next());
        assertTrue(events.isEmpty());
        assertEquals(0, httpRequests.get());
    }

    @Test
    void stream_ofWhatIsKnown_tellsNothing() throws Exception {
        changes = stream("data: 5\n\ndata: 4\n\n");
        log = author.next(5, 50);
        relay().transport().pull(PullRequest.missing(Map.of(), 0));
        listen();
        assertEquals(1, changesTold());
    }

    @Test
    void line_thatOpensAfterAll_takesTheStreamsPlace() throws Exception {
        changes = openStream();
        WsTransport transport = listen();
        await("open");
        assertTrue(transport.isLive());
        upgrade = open;
        runtime.fire(Duration.ofMillis(250));
        await("stream cancelled");
        await("open");
        assertTrue(transport.isLive());
        line.close(1011, null);
        await("cut");
        assertFalse(transport.isLive());
    }

    @Test
    void close_endsTheStream() throws Exception {
        changes = openStream();
        WsTransport transport = listen();
        await("changed");
        transport.close();
        await("stream cancelled");
        assertFalse(transport.isLive());
        assertTrue(events.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        // what the stream says, and how long until all is tried again: half of the bound, as chance says
        "'retry: 20000\n\n', PT10S",
        "'retry:20000\nretry: soon\n\n', PT0.125S",
        "'data: 1\n', PT0.125S",
        "'data: five\n\n', PT15S",
        "'data: -5\n\n', PT15S",
        "'data: 1\ndata: 2\n\n', PT15S",
        "'data: 1234567890123456789\n\n', PT15S"
    })
    void stream_thatEndsAfterALongTime_isOpenedAgain(String text, Duration retry) throws Exception {
        changes = stream(text.replace("\\n", "\n"));
        runtime.pace(LONG_ENOUGH);
        listen();
        await("cut");
        runtime.fire(retry);
        await("open");
    }

    @Test
    void line_withoutAnEnd_endsTheStream() throws Exception {
        changes = stream("data: " + "1".repeat(100_000));
        runtime.pace(LONG_ENOUGH);
        listen();
        await("cut");
        runtime.await(Duration.ofSeconds(15));
    }

    @Test
    void streams_thatEndAtOnce_areOpenedAgainMoreAndMoreSlowly() throws Exception {
        changes = stream("");
        listen();
        for (long millis = 250; millis < 5_000; millis *= 2) {
            assertEquals(1, changesTold());
            runtime.fire(Duration.ofMillis(millis));
        }
    }

    /** Tries the line again until a stream is asked for again, which is when the end of the one before it has been heard of. */
    private String nextStream() throws InterruptedException {
        String asked = null;
        for (long millis = 250; asked == null; millis *= 2) {
            runtime.fire(Duration.ofMillis(millis));
            asked = events.poll(500, TimeUnit.MILLISECONDS);
        }
        return asked;
    }

    private void requireNothingTold() {
        assertFalse(relay().transport().isLive());
        assertTrue(events.stream().allMatch(event -> event.startsWith("stream Tidelock")), events.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 302, 401, 403, 404, 429, 500})
    void stream_refused_tellsNothing(int code) throws Exception {
        changes = new MockResponse.Builder().code(code).setHeader("Location", "/elsewhere");
        listen();
        assertEquals("stream Tidelock token-1", next());
        assertEquals("stream Tidelock token-" + (code == 401 ? 2 : 1), nextStream());
        requireNothingTold();
    }

    @Test
    void answer_thatIsNoStream_tellsNothing() throws Exception {
        changes = new MockResponse.Builder()
                .setHeader("Content-Type", "text/html")
                .body("data: 5\n\n");
        listen();
        assertEquals("stream Tidelock token-1", next());
        assertEquals("stream Tidelock token-1", nextStream());
        requireNothingTold();
    }

    @Test
    void clock_thatIsWrong_isPutRightByTheRefusal() throws Exception {
        long relayMillis = ManualRuntime.WALL_MILLIS + 3_600_000;
        changes = new MockResponse.Builder()
                .code(401)
                .setHeader("Content-Type", MediaTypes.JSON)
                .body(new Buffer().write(new ErrorAnswer("token-expired", "why", null, relayMillis).write()));
        listen();
        await("stream Tidelock token-1");
        assertEquals("stream Tidelock token-2", nextStream());
        assertTrue(Math.abs(relayMillis - tokenMillis) < 60_000, "" + tokenMillis);
    }

    @Test
    void tokenSource_thatThrows_isAskedAgain() throws Exception {
        changes = openStream();
        noTokens = true;
        listen();
        runtime.await(Duration.ofMillis(250));
        assertTrue(events.isEmpty());
        noTokens = false;
        assertEquals("stream Tidelock token-1", nextStream());
        await("open");
    }

    @Test
    void upgrade_refusedForAWhile_isNotCircumvented() throws Exception {
        changes = openStream();
        upgrade = new MockResponse.Builder().code(503).setHeader("Retry-After", "9");
        runtime.random(0);
        listen();
        runtime.fire(Duration.ofSeconds(9));
        assertTrue(events.isEmpty());
    }

    @Test
    void stream_refusedForAWhile_isNotTriedBefore() throws Exception {
        changes = new MockResponse.Builder().code(429).setHeader("Retry-After", "7");
        listen();
        await("stream Tidelock token-1");
        Duration next = runtime.awaitAny();
        while (next.toMillis() < 5_000) { // until the refusal has been heard of
            runtime.fire(next);
            next = runtime.awaitAny();
        }
        assertEquals(Duration.ofSeconds(7), next);
        runtime.fire(next);
        runtime.awaitAny();
        assertTrue(events.isEmpty());
    }

    @Test
    void upgrade_cutOff_isReplacedOnceHttpGetsThrough() throws Exception {
        changes = openStream();
        upgrade = new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket());
        listen();
        runtime.fire(Duration.ofMillis(250));
        runtime.await(Duration.ofMillis(500));
        assertTrue(events.isEmpty());
        relay().transport().pull(PullRequest.missing(Map.of(), 0));
        runtime.fire(Duration.ofMillis(500));
        await("open");
    }

    @Test
    void relay_thatCannotBeAskedAtAll_isNotAskedTwice() throws Exception {
        changes = openStream();
        relay().transport().pull(PullRequest.missing(Map.of(), 0));
        server.close();
        assertThrows(TransportException.class, () -> relay().transport().pull(PullRequest.missing(Map.of(), 0)));
        listen();
        runtime.fire(Duration.ofMillis(250));
        runtime.await(Duration.ofMillis(500));
        assertTrue(events.isEmpty());
    }
}
