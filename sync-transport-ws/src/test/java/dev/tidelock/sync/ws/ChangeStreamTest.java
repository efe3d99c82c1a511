package dev.tidelock.sync.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.spi.transport.PullRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where WebSockets are blocked, a stream tells that the log has grown; whatever comes by it, it does no harm. */
class ChangeStreamTest extends ScriptedRelay {
    private MockResponse.Builder open;

    @BeforeEach
    void block() {
        open = upgrade;
        upgrade = new MockResponse.Builder().code(403);
    }

    private static MockResponse.Builder stream(String text) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream; charset=UTF-8")
                .body(text);
    }

    /** What is told until the stream ends. */
    private int changesTold() throws InterruptedException {
        await("open");
        int changes = 0;
        for (String told = next(); !told.equals("cut"); told = next()) {
            assertEquals("changed", told);
            changes++;
        }
        return changes;
    }

    @Test
    void stream_tellsThatTheLogHasGrown() throws Exception {
        changes = stream(":\n\ndata: 5\n\nevent: length\r\nid: 1\r\ndata:6\r\n\r\n:\n\n\n\nwhatever\n\n");
        WsTransport transport = listen();
        await("stream Tidelock token-1");
        assertEquals(1 + 2, changesTold());
        assertFalse(transport.isLive());
        assertEquals(0, httpRequests.get());
    }

    @Test
    void stream_ofWhatIsKnown_tellsNothing() throws Exception {
        changes = stream("data: 0\n\n");
        relay().transport().pull(PullRequest.missing(Map.of(), 0));
        listen();
        assertEquals(1, changesTold());
    }

    @Test
    void line_thatOpensAfterAll_takesTheStreamsPlace() throws Exception {
        changes = stream("data: 5\n\n").throttleBody(1, 1, TimeUnit.HOURS);
        WsTransport transport = listen();
        await("open");
        assertTrue(transport.isLive());
        upgrade = open;
        runtime.fire(Duration.ofMillis(250));
        await("token token-1");
        await("open");
        assertTrue(transport.isLive());
        assertTrue(runtime.pending().stream().noneMatch(delay -> delay.equals(Duration.ofMillis(250))));
        line.close(1011, null);
        await("cut");
    }

    @ParameterizedTest
    @CsvSource({
        // what the stream says, and how long until it is tried again: half of the bound, as chance says
        "'retry: 20000\n\n', PT10S",
        "'retry:20000\nretry: soon\n\n', PT0.125S",
        "'data: 1\n', PT0.125S",
        "'data: five\n\n', PT15S",
        "'data: -5\n\n', PT15S",
        "'data: 1\ndata: 2\n\n', PT15S",
        "'data: 1234567890123456789\n\n', PT15S"
    })
    void stream_thatEnds_isOpenedAgain(String text, Duration retry) throws Exception {
        changes = stream(text.replace("\\n", "\n"));
        listen();
        await("cut");
        runtime.fire(retry);
        await("open");
    }

    @Test
    void line_withoutAnEnd_endsTheStream() throws Exception {
        changes = stream("data: " + "1".repeat(100_000));
        listen();
        await("cut");
        runtime.await(Duration.ofSeconds(15));
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

    @ParameterizedTest
    @ValueSource(ints = {204, 302, 401, 403, 404, 429, 500})
    void stream_refused_tellsNothing(int code) throws Exception {
        changes = new MockResponse.Builder().code(code).setHeader("Location", "/elsewhere");
        WsTransport transport = listen();
        assertEquals("stream Tidelock token-1", next());
        assertEquals("stream Tidelock token-" + (code == 401 ? 2 : 1), nextStream());
        assertFalse(transport.isLive());
        assertTrue(events.isEmpty());
    }

    @Test
    void answer_thatIsNoStream_tellsNothing() throws Exception {
        changes = new MockResponse.Builder()
                .setHeader("Content-Type", "text/html")
                .body("data: 5\n\n");
        listen();
        assertEquals("stream Tidelock token-1", next());
        assertEquals("stream Tidelock token-1", nextStream());
        assertTrue(events.isEmpty());
    }

    @Test
    void close_endsTheStream() throws Exception {
        changes = stream("data: 5\n\n").throttleBody(1, 1, TimeUnit.HOURS);
        WsTransport transport = listen();
        await("changed");
        transport.close();
        assertFalse(transport.isLive());
        assertTrue(events.isEmpty());
    }
}
