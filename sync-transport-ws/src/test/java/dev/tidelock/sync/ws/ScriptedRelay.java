package dev.tidelock.sync.ws;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.DoneAnswer;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.PageWriter;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.ws.wire.LineError;
import dev.tidelock.sync.ws.wire.LineMessage;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A relay whose line says what a test wants, and whose HTTP is always honest; and a device at it that listens. */
abstract class ScriptedRelay {
    static final SpaceId SPACE = SpaceId.parse("000102030405060708090a0b0c0d0e0f");
    static final LogId LOG = new LogId("log-1");
    static final Cursor START = new Cursor(LOG, 0, EnvelopeHash.NONE);
    static final Duration AUTH = Duration.ofSeconds(10);

    @StartStop
    final MockWebServer server = new MockWebServer();

    final ManualRuntime runtime = new ManualRuntime();
    final TestEnvelopes author = new TestEnvelopes(1);
    final AtomicInteger tokensMade = new AtomicInteger();
    final AtomicInteger httpRequests = new AtomicInteger();
    final AtomicInteger upgrades = new AtomicInteger();
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    /** What the line's other end does with a message. */
    interface Script {
        void received(WebSocket line, LineMessage message) throws WireFormatException;
    }

    /** A page that came by itself. */
    record Arrival(Cursor after, PullResult.Page page, Runnable taken) {}

    volatile Script script = this::honest;
    volatile MockResponse.Builder upgrade;
    volatile MockResponse.Builder changes = new MockResponse.Builder().code(404);
    volatile WebSocket line;
    private WsRelay relay;

    @BeforeEach
    final void dispatch() {
        upgrade = new MockResponse.Builder()
                .setHeader("Sec-WebSocket-Protocol", "tidelock.1")
                .webSocketUpgrade(new Line());
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (request.getTarget().endsWith("/live")) {
                    upgrades.incrementAndGet();
                    lastUpgrade = request;
                    return upgrade.build();
                }
                if (request.getTarget().endsWith("/changes")) {
                    events.add("stream " + request.getHeaders().get("Authorization"));
                    return changes.build();
                }
                httpRequests.incrementAndGet();
                return http(request);
            }
        });
    }

    volatile RecordedRequest lastUpgrade;

    private MockResponse http(RecordedRequest request) {
        if (request.getTarget().endsWith("/pull")) {
            return answer(MediaTypes.PAGE, page(START, log));
        }
        return answer(MediaTypes.JSON, PushAnswer.write(receipt(pushed)));
    }

    private static MockResponse answer(String type, byte[] body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", type)
                .body(new Buffer().write(body))
                .build();
    }

    /** What the log holds, for those who ask by HTTP. */
    volatile List<Envelope> log = List.of();

    /** What is pushed next, so that it can be answered. */
    List<Envelope> pushed = List.of();

    static PushReceipt receipt(List<Envelope> envelopes) {
        List<EnvelopeHash> hashes = new ArrayList<>();
        envelopes.forEach(envelope -> hashes.add(envelope.hash()));
        return new PushReceipt(hashes, List.of(), ManualRuntime.WALL_MILLIS);
    }

    static byte[] page(Cursor after, List<Envelope> envelopes) {
        return page(after, envelopes, false);
    }

    static byte[] page(Cursor after, List<Envelope> envelopes, boolean more) {
        PageWriter writer = new PageWriter(4 << 20);
        Cursor next = after;
        for (Envelope envelope : envelopes) {
            writer.addEnvelope(envelope.toByteArray());
            next = next.after(envelope.hash());
        }
        return writer.write(next, more, null, ManualRuntime.WALL_MILLIS);
    }

    final void honest(WebSocket to, LineMessage message) {
        switch (message.kind()) {
            case AUTH -> say(to, Kind.DONE, message.number(), new DoneAnswer(ManualRuntime.WALL_MILLIS).write());
            case PULL -> say(to, Kind.PAGE, message.number(), page(START, List.of()));
            case PUSH -> say(to, Kind.RECEIPT, message.number(), PushAnswer.write(receipt(pushed)));
            default -> events.add(message.kind() + " " + message.number());
        }
    }

    static void say(WebSocket to, Kind kind, int number, byte[] body) {
        to.send(ByteString.of(LineMessage.of(kind, number, body).write()));
    }

    static void refuse(WebSocket to, int number, ErrorCode code, int seconds) {
        say(to, Kind.ERROR, number, error(code, seconds));
    }

    static byte[] error(ErrorCode code, int seconds) {
        return new LineError(
                        code.status(), seconds, new ErrorAnswer(code.code(), "why", null, ManualRuntime.WALL_MILLIS))
                .write();
    }

    private final class Line extends WebSocketListener {
        @Override
        public void onOpen(WebSocket webSocket, Response response) {
            line = webSocket;
        }

        @Override
        public void onMessage(WebSocket webSocket, ByteString bytes) {
            try {
                LineMessage message = LineMessage.read(bytes.toByteArray());
                if (message.kind() == Kind.AUTH) {
                    events.add("token " + new String(message.body(), StandardCharsets.US_ASCII));
                }
                script.received(webSocket, message);
            } catch (WireFormatException broken) {
                events.add("broken");
            }
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            webSocket.close(code, null);
        }
    }

    WsRelay relay() {
        if (relay == null) {
            relay = options(WsRelay.at(server.url("/base").toString(), runtime))
                    .open(SPACE, author.publicKey(), this::token);
        }
        return relay;
    }

    /** What a test chooses about the connection. */
    WsRelay.Builder options(WsRelay.Builder builder) {
        return builder;
    }

    /** The next token, issued at a time. */
    String token(long millis) {
        return "token-" + tokensMade.incrementAndGet();
    }

    /** Listens; what is heard goes to {@link #events} and {@link #arrivals}. */
    WsTransport listen() {
        WsTransport transport = (WsTransport) relay().transport();
        transport.listen(new LiveListener() {
            @Override
            public void arrived(Cursor after, PullResult.Page page, Runnable taken) {
                arrivals.add(new Arrival(after, page, taken));
            }

            @Override
            public void changed() {
                events.add("changed");
            }

            @Override
            public void lineChanged() {
                events.add(transport.isLive() ? "open" : "cut");
            }
        });
        return transport;
    }

    /** Listens, and waits until the line is open. */
    WsTransport open() throws InterruptedException {
        WsTransport transport = listen();
        await("open");
        await("changed");
        return transport;
    }

    /** As {@link #open}, and has read the log to its end. */
    WsTransport openAndRead() throws Exception {
        WsTransport transport = open();
        transport.pull(PullRequest.after(START));
        return transport;
    }

    /** The next event. */
    String next() throws InterruptedException {
        String next = events.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    /** Waits for an event, past others. */
    void await(String event) throws InterruptedException {
        List<String> others = new ArrayList<>();
        while (true) {
            String next = events.poll(30, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("'" + event + "' was awaited, but there were only " + others);
            }
            if (next.equals(event)) {
                return;
            }
            others.add(next);
        }
    }

    Arrival arrival() throws InterruptedException {
        Arrival next = arrivals.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no page came");
        }
        return next;
    }

    @AfterEach
    final void closeRelay() {
        if (relay != null) {
            relay.close();
        }
    }
}
