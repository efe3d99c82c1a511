package dev.tidelock.sync.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;

/** Whatever the other side does, a call ends, needs little memory, and fails with the right kind. */
class HostileRelayTest extends HttpRelayFixture {
    private static final String PAGE = "application/vnd.tidelock.page";
    private static final SocketEffect CLOSED = new SocketEffect.CloseSocket();
    private static final SocketEffect HALF_CLOSED = new SocketEffect.CloseSocket(false, false, true);

    @Test
    void page_cutAnywhere_isNoPage() {
        byte[] whole = Answers.pageBytes(device.next(1, 40), null);
        for (int length = 0; length < whole.length; length += 7) {
            answer(Answers.bytes(200, PAGE, Arrays.copyOf(whole, length)));
            fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
        }
    }

    @Test
    void page_connectionLostWithin_isOffline() {
        byte[] whole = Answers.pageBytes(device.next(1, 4000), null);
        MockResponse.Builder cut = Answers.bytes(200, PAGE, Arrays.copyOf(whole, whole.length / 2))
                .setHeader("Content-Length", whole.length)
                .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE);
        answer(cut);
        fails(Kind.OFFLINE, () -> relay().transport().pull(PULL));
    }

    @Test
    void connection_lostAtAnyStage_isOffline() {
        List<Envelope> envelopes = device.next(3, 100_000);
        for (SocketEffect cut : List.of(CLOSED, HALF_CLOSED)) {
            Map<String, MockResponse.Builder> stages = Map.of(
                    "request start", Answers.accepted(envelopes).onRequestStart(cut),
                    "request body", Answers.accepted(envelopes).onRequestBody(cut),
                    "response start", Answers.accepted(envelopes).onResponseStart(cut),
                    "response body", Answers.accepted(envelopes).onResponseBody(cut));
            stages.forEach((stage, response) -> {
                alwaysAnswer(response.build());
                fails(Kind.OFFLINE, () -> relay().transport().push(envelopes), cut + " at " + stage);
            });
        }
    }

    /** However often it is asked: a call on a kept connection is silently sent again on a new one. */
    private void alwaysAnswer(MockResponse response) {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return response;
            }

            @Override
            public MockResponse peek() {
                return response;
            }
        });
    }

    @Test
    void nobodyThere_isOffline() {
        String url = server.url("/").toString();
        server.close();
        try (HttpRelay relay = HttpRelay.at(url, wallMillis::get).open(SPACE, device.publicKey(), this::token)) {
            fails(Kind.OFFLINE, () -> relay.transport().pull(PULL));
        }
    }

    @Test
    void page_endless_isLeftSoon() throws Exception {
        AtomicLong written = new AtomicLong();
        byte[] start = Answers.pageBytes(List.of(), null);
        Arrays.fill(start, start.length - 4, start.length, (byte) 0x7f);
        answer(new MockResponse.Builder().setHeader("Content-Type", PAGE).body(new EndlessBody(start, 1, written)));
        fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
        assertTrue(written.get() < 16 << 20, written + " bytes were taken");
    }

    @Test
    void json_endless_isLeftSoon() {
        AtomicLong written = new AtomicLong();
        byte[] start = "{\"accepted\":[".getBytes(StandardCharsets.UTF_8);
        answer(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(new EndlessBody(start, ' ', written)));
        fails(Kind.PROTOCOL, () -> relay().transport().push(device.next(1, 100)));
        assertTrue(written.get() < 16 << 20, written + " bytes were taken");
    }

    @Test
    void errorBody_endless_isLeftSoon() {
        AtomicLong written = new AtomicLong();
        answer(new MockResponse.Builder()
                .code(503)
                .setHeader("Content-Type", "application/json")
                .body(new EndlessBody(new byte[0], ' ', written)));
        fails(Kind.THROTTLED, () -> relay().transport().pull(PULL));
        assertTrue(written.get() < 16 << 20, written + " bytes were taken");
    }

    @Test
    void answer_thatDrips_endsWithTheWholeCall() {
        byte[] page = Answers.pageBytes(device.next(1, 100_000), null);
        answer(Answers.bytes(200, PAGE, page).throttleBody(1, 20, TimeUnit.MILLISECONDS));
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> fails(Kind.OFFLINE, () -> impatientRelay().transport().pull(PULL)));
    }

    @Test
    void answer_thatNeverComes_ends() {
        answer(Answers.page(List.of()).onResponseStart(SocketEffect.Stall.INSTANCE));
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> fails(Kind.OFFLINE, () -> impatientRelay().transport().pull(PULL)));
    }

    @Test
    void redirect_isNotFollowed_andNamed() {
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            String elsewhere = server.url("/elsewhere").toString();
            answer(new MockResponse.Builder().code(status).setHeader("Location", elsewhere));
            TransportException failure =
                    fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
            assertTrue(failure.getMessage().contains(elsewhere), failure.getMessage());
        }
        assertEquals(5, server.getRequestCount());
    }

    @Test
    void contentType_wrong_isNoAnswer() {
        byte[] page = Answers.pageBytes(List.of(), null);
        for (String type : List.of("text/html", "application/json", "nonsense", "")) {
            answer(Answers.bytes(200, type, page));
            fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
        }
        answer(Answers.page(List.of()).removeHeader("Content-Type"));
        fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
        answer(Answers.accepted(device.next(1, 100)).setHeader("Content-Type", "text/html"));
        fails(Kind.PROTOCOL, () -> relay().transport().push(device.next(1, 100)));
    }

    @Test
    void compressedAnswer_isNotInflated() {
        answer(Answers.page(List.of()).setHeader("Content-Encoding", "gzip"));
        fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
    }

    @Test
    void garbage_isNoAnswer() {
        List<Envelope> envelopes = device.next(1, 100);
        for (String body :
                List.of("", "hello", "{}", "[]", "{\"accepted\":1,\"refused\":[]}", "{\"accepted\":[\"00\"]}")) {
            answer(Answers.json(200, body.getBytes(StandardCharsets.UTF_8)));
            fails(Kind.PROTOCOL, () -> relay().transport().push(envelopes));
        }
    }

    @Test
    void statusLine_thatIsNoHttp_isNoAnswer() {
        answer(new MockResponse.Builder().status("SSH-2.0-OpenSSH_9.2"));
        fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
    }

    @Test
    void status_standsForAKind() {
        for (int status : new int[] {500, 501, 502, 503, 504, 599, 429}) {
            answer(new MockResponse.Builder().code(status));
            fails(Kind.THROTTLED, () -> relay().transport().pull(PULL));
        }
        for (int status : new int[] {400, 404, 405, 409, 410, 413, 415, 422}) {
            answer(new MockResponse.Builder().code(status));
            fails(Kind.REJECTED, () -> relay().transport().pull(PULL));
        }
        for (int status : new int[] {201, 202, 204, 206}) {
            answer(new MockResponse.Builder().code(status));
            fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
        }
        answer(new MockResponse.Builder().code(403));
        fails(Kind.UNAUTHORIZED, () -> relay().transport().pull(PULL));
    }

    @Test
    void messageOfTheRelay_isCutAndOnOneLine() {
        String text = "two\r\nlines\u0007 " + "x".repeat(2000);
        answer(Answers.json(400, new ErrorAnswer("malformed", "", null, 5).write()));
        String shortMessage =
                fails(Kind.REJECTED, () -> relay().transport().pull(PULL)).getMessage();
        assertTrue(shortMessage.endsWith("400 malformed"), shortMessage);
        answer(Answers.json(400, new ErrorAnswer("malformed", text, null, 5).write()));
        String message =
                fails(Kind.REJECTED, () -> relay().transport().pull(PULL)).getMessage();
        assertTrue(message.length() < 700, message);
        assertFalse(message.chars().anyMatch(Character::isISOControl), message);
    }

    @Test
    void close_whileACallWaits_endsIt() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                arrived.countDown();
                return Answers.page(List.of())
                        .onResponseStart(SocketEffect.Stall.INSTANCE)
                        .build();
            }
        });
        HttpRelay relay = relay();
        Thread closer = new Thread(() -> {
            try {
                arrived.await();
                relay.transport().close();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        closer.start();
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> fails(Kind.OFFLINE, () -> relay.transport().pull(PULL)));
        closer.join();
        fails(Kind.OFFLINE, () -> relay.transport().pull(PULL));
        relay.transport().close();
    }

    private static final class EndlessBody implements MockResponseBody {
        private final byte[] start;
        private final int then;
        private final AtomicLong written;

        EndlessBody(byte[] start, int then, AtomicLong written) {
            this.start = start;
            this.then = then;
            this.written = written;
        }

        @Override
        public long getContentLength() {
            return -1;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            byte[] chunk = new byte[8192];
            Arrays.fill(chunk, (byte) then);
            sink.write(new Buffer().write(start), start.length);
            while (true) {
                sink.write(chunk);
                sink.flush();
                written.addAndGet(chunk.length);
            }
        }
    }
}
