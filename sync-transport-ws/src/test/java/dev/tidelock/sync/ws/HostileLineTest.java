package dev.tidelock.sync.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.ws.wire.LineLimits;
import dev.tidelock.sync.ws.wire.LineMessage;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.WebSocket;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a relay says on the line: it is cut, what was asked is asked by HTTP, and the line is tried again slowly. */
class HostileLineTest extends ScriptedRelay {
    private static final TestEnvelopes OTHER = new TestEnvelopes(2);
    private static final List<Envelope> SOME = OTHER.next(2, 100);

    /** Between 0 and 30 s; chance says half of it. */
    private static final Duration SLOWLY = Duration.ofSeconds(15);

    private interface Answer {
        void to(WebSocket line, LineMessage question);
    }

    private record Hostile(String name, Answer answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Hostile> answersToAPull() {
        byte[] page = page(START, List.of());
        return Stream.of(
                new Hostile("nothing", (line, asked) -> line.send(ByteString.EMPTY)),
                new Hostile(
                        "unknown kind",
                        (line, asked) -> line.send(ByteString.of((byte) 99, (byte) 0, (byte) 0, (byte) 0, (byte) 1))),
                new Hostile("client's kind", (line, asked) -> say(line, Kind.PULL, asked.number(), page)),
                new Hostile("text", (line, asked) -> line.send("{}")),
                new Hostile("wrong number", (line, asked) -> say(line, Kind.PAGE, asked.number() + 1, page)),
                new Hostile(
                        "receipt",
                        (line, asked) -> say(line, Kind.RECEIPT, asked.number(), PushAnswer.write(receipt(SOME)))),
                new Hostile("done", (line, asked) -> say(line, Kind.DONE, asked.number(), new byte[] {'{', '}'})),
                new Hostile("no page", (line, asked) -> say(line, Kind.PAGE, asked.number(), new byte[] {1, 2, 3})),
                new Hostile("longer page", (line, asked) -> say(line, Kind.PAGE, asked.number(), new byte[2 << 20])),
                new Hostile(
                        "endless message",
                        (line, asked) -> line.send(ByteString.of(new byte[LineLimits.ANSWER_BYTES_MAX + 1]))),
                new Hostile(
                        "no error",
                        (line, asked) -> say(line, Kind.ERROR, asked.number(), new byte[] {1, (byte) 0xad, 0, 0, '{'})),
                new Hostile("unasked page", (line, asked) -> say(line, Kind.LIVE, 1, page(START, SOME))));
    }

    @ParameterizedTest
    @MethodSource("answersToAPull")
    void pull_answeredHostilely_isAskedByHttp(Hostile hostile) throws Exception {
        WsTransport transport = open();
        script = (line, asked) -> hostile.answer.to(line, asked);
        transport.pull(PullRequest.missing(Map.of(), 0));
        assertEquals(1, httpRequests.get());
        await("cut");
        assertFalse(transport.isLive());
        assertEquals(0, arrivals.size());
        script = this::honest;
        runtime.fire(SLOWLY);
        await("open");
    }

    static Stream<Hostile> livePages() {
        Cursor elsewhere = START.after(SOME.get(1).hash());
        return Stream.of(
                new Hostile("other number", (line, asked) -> say(line, Kind.LIVE, 2, page(START, SOME))),
                new Hostile("without entries", (line, asked) -> say(line, Kind.LIVE, 1, page(START, List.of()))),
                new Hostile("from elsewhere", (line, asked) -> say(line, Kind.LIVE, 1, page(elsewhere, SOME))),
                new Hostile("no page", (line, asked) -> say(line, Kind.LIVE, 1, new byte[] {9})),
                new Hostile("two at once", (line, asked) -> {
                    Cursor next = START;
                    for (int i = 0; i < 2; i++) {
                        say(line, Kind.LIVE, i + 1, page(next, SOME.subList(i, i + 1)));
                        next = next.after(SOME.get(i).hash());
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("livePages")
    void livePage_thatIsNotDue_endsTheLine(Hostile hostile) throws Exception {
        openAndRead();
        hostile.answer.to(line, LineMessage.of(Kind.PULL, 0, new byte[0]));
        await("cut");
        assertEquals(hostile.name.equals("two at once") ? 1 : 0, arrivals.size());
    }

    @Test
    void push_answeredForOthers_isPushedByHttp() throws Exception {
        WsTransport transport = open();
        pushed = author.next(2, 100);
        script = (to, asked) -> say(to, Kind.RECEIPT, asked.number(), PushAnswer.write(receipt(SOME)));
        assertEquals(receipt(pushed).accepted(), transport.push(pushed).accepted());
        assertEquals(1, httpRequests.get());
    }

    @Test
    void upgrade_withoutTheSubprotocol_isNoLine() throws Exception {
        upgrade = upgrade.removeHeader("Sec-WebSocket-Protocol");
        WsTransport transport = listen();
        runtime.fire(SLOWLY); // another try
        assertFalse(transport.isLive());
        assertEquals(0, tokensMade.get(), "no token for who is no relay");
    }

    @Test
    void upgrade_withCompression_isNoLine() throws Exception {
        upgrade = upgrade.setHeader("Sec-WebSocket-Extensions", "permessage-deflate");
        WsTransport transport = listen();
        runtime.fire(SLOWLY);
        assertFalse(transport.isLive());
        assertEquals(0, tokensMade.get());
        assertNull(lastUpgrade.getHeaders().get("Sec-WebSocket-Extensions"), "none is asked for");
    }

    @Test
    void relayThatNeverAnswers_isLeftForHttp() throws Exception {
        WsTransport transport = open();
        script = (to, asked) -> events.add("asked");
        pushed = author.next(1, 100);
        Thread late = new Thread(() -> {
            try {
                await("asked");
                runtime.fire(Duration.ofSeconds(60));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        late.start();
        assertEquals(1, transport.push(pushed).accepted().size());
        late.join();
        assertEquals(1, httpRequests.get());
        assertFalse(transport.isLive());
    }

    @Test
    void relayThatNeverLetsIn_isCutOff() throws Exception {
        script = (to, asked) -> events.add("asked");
        WsTransport transport = listen();
        await("asked");
        runtime.fire(AUTH);
        assertFalse(transport.isLive());
        assertTrue(runtime.pending().contains(Duration.ofMillis(250)), "it is tried again");
    }
}
