package dev.tidelock.sync.motebit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.testkit.TestSealer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a live line does with what a relay says on it, and when it is opened again. */
class LiveLineTest {
    private static final String OK = "{\"type\":\"auth_result\",\"ok\":true}";

    private final MockWebServer server = new MockWebServer();
    private final AlarmClock runtime = new AlarmClock();
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<WebSocket> sockets = new LinkedBlockingQueue<>();
    private MotebitRelay relay;

    @BeforeEach
    void start() throws Exception {
        server.start();
        relay = MotebitRelay.at(server.url("/").toString(), runtime)
                .open(
                        SpaceId.of(new byte[SpaceId.BYTES]),
                        MotebitIdentity.ofUnprotectedSeed(new byte[32]),
                        TestSealer.of(SpaceId.of(new byte[SpaceId.BYTES]), 1).device());
    }

    @AfterEach
    void stop() {
        relay.close();
        server.close();
    }

    /** The next request becomes a socket. */
    private void acceptNext() {
        server.enqueue(new MockResponse.Builder()
                .webSocketUpgrade(new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket opened, Response response) {
                        sockets.add(opened);
                    }

                    @Override
                    public void onMessage(WebSocket from, String text) {
                        sent.add(text);
                    }

                    @Override
                    public void onClosing(WebSocket from, int code, String reason) {
                        from.close(code, reason);
                    }
                })
                .build());
    }

    private void listen() {
        relay.transport().listen(new LiveListener() {
            @Override
            public void arrived(Cursor after, PullResult.Page page, Runnable taken) {
                told.add("arrived");
            }

            @Override
            public void changed() {
                told.add("changed");
            }

            @Override
            public void lineChanged() {
                told.add(relay.transport().isLive() ? "open" : "cut");
            }
        });
    }

    private static <T> T next(LinkedBlockingQueue<T> from) throws InterruptedException {
        T next = from.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    private WebSocket open() throws Exception {
        acceptNext();
        listen();
        WebSocket socket = next(sockets);
        assertTrue(next(sent).startsWith("{\"type\":\"auth\",\"token\":\""));
        socket.send(OK);
        assertEquals("open", next(told));
        assertEquals("changed", next(told));
        assertTrue(runtime.next().isCancelled(), "that of the token");
        return socket;
    }

    @Test
    void frames_ofEveryKind_onlyEventsAreTold() throws Exception {
        WebSocket socket = open();
        for (String frame : new String[] {
            "",
            "null",
            "{",
            "[]",
            "{\"type\":7}",
            "{\"type\":\"plan\",\"plan\":{}}",
            "{\"type\":\"task_request\"}",
            "{\"type\":\"error\",\"message\":\"Rate limit exceeded\"}",
            "{\"type\":\"auth_result\",\"ok\":true}"
        }) {
            socket.send(frame);
        }
        socket.send("{\"event\":{\"payload\":[[[]]],\"version_clock\":{}},\"type\":\"event\"}");
        assertEquals("changed", next(told));
        socket.send(okio.ByteString.encodeUtf8("{\"type\":\"event\"}"));
        assertEquals("changed", next(told));
        assertTrue(told.isEmpty());
    }

    @Test
    void token_refused_isReplacedAndTheLineComesBack() throws Exception {
        acceptNext();
        listen();
        WebSocket socket = next(sockets);
        String first = next(sent);
        socket.send("{\"type\":\"auth_result\",\"ok\":false,\"error\":\"Unauthorized\"}");
        assertTrue(runtime.next().delay.getSeconds() == 10);
        AlarmClock.Alarm pause = runtime.next();
        assertEquals(750, pause.delay.toMillis());
        acceptNext();
        pause.goOff();
        WebSocket again = next(sockets);
        assertNotEquals(first, next(sent));
        again.send(OK);
        assertEquals("open", next(told));
    }

    @Test
    void token_neverAnswered_isGivenUp() throws Exception {
        acceptNext();
        listen();
        next(sockets);
        next(sent);
        runtime.next().goOff();
        assertEquals(750, runtime.next().delay.toMillis());
        assertFalse(relay.transport().isLive());
        assertTrue(told.isEmpty());
    }

    @Test
    void line_refusedAgainAndAgain_waitsTwiceAsLongEachTimeAndNoLongerThanAMinute() throws Exception {
        for (int i = 0; i < 9; i++) {
            server.enqueue(new MockResponse.Builder().code(503).build());
        }
        listen();
        long[] pauses = {750, 1500, 3000, 6000, 12000, 24000, 45000, 45000};
        for (long expected : pauses) {
            assertEquals(10, runtime.next().delay.getSeconds());
            AlarmClock.Alarm pause = runtime.next();
            assertEquals(expected, pause.delay.toMillis());
            pause.goOff();
        }
    }

    @Test
    void line_closedByTheRelay_isToldOnceAndComesBack() throws Exception {
        WebSocket socket = open();
        socket.close(1001, "Server is draining");
        assertEquals("cut", next(told));
        acceptNext();
        runtime.next().goOff();
        WebSocket again = next(sockets);
        next(sent);
        again.send(OK);
        assertEquals("open", next(told));
        assertEquals("changed", next(told), "what happened meanwhile is not told");
    }

    @Test
    void frame_thatIsTooLong_endsTheLine() throws Exception {
        WebSocket socket = open();
        socket.send("{\"type\":\"event\",\"x\":\"" + "x".repeat((int) LiveLine.FRAME_BYTES_MAX) + "\"}");
        assertEquals("cut", next(told));
    }

    @Test
    void listen_twice_isRefused() throws Exception {
        open();
        assertThrows(IllegalStateException.class, this::listen);
    }

    @Test
    void close_whileOpen_tellsNothingMore() throws Exception {
        WebSocket socket = open();
        relay.close();
        socket.send("{\"type\":\"event\"}");
        assertFalse(relay.transport().isLive());
        assertTrue(told.isEmpty());
    }
}
