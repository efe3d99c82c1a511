package dev.tidelock.sync.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.PageWriter;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

class HttpTransportTest extends HttpRelayFixture {
    @Test
    void push_sendsTheBodyOfTheProtocol() throws Exception {
        List<Envelope> envelopes = device.next(3, 20_000);
        answer(Answers.accepted(envelopes));

        PushReceipt receipt = relay().transport().push(envelopes);

        assertEquals(3, receipt.accepted().size());
        assertEquals(Answers.RELAY_MILLIS, receipt.remoteMillis());
        RecordedRequest request = server.takeRequest();
        assertEquals("POST /base/v1/spaces/" + SPACE + "/push HTTP/1.1", request.getRequestLine());
        assertEquals("application/vnd.tidelock.envelopes", request.getHeaders().get("Content-Type"));
        assertEquals("identity", request.getHeaders().get("Accept-Encoding"));
        assertEquals("Tidelock token-1", request.getHeaders().get("Authorization"));
        assertEquals(
                String.valueOf(PushBody.length(envelopes)), request.getHeaders().get("Content-Length"));
        List<byte[]> sent = PushBody.read(request.getBody().toByteArray());
        assertArrayEquals(envelopes.get(2).toByteArray(), sent.get(2));
    }

    @Test
    void push_refusals_areInTheReceipt() throws Exception {
        List<Envelope> envelopes = device.next(2, 100);
        PushReceipt said = new PushReceipt(
                List.of(envelopes.get(0).hash()),
                List.of(new Refusal(envelopes.get(1).hash(), RefusalReason.QUOTA, "full")),
                5);
        answer(Answers.json(200, PushAnswer.write(said)));
        assertEquals(said, relay().transport().push(envelopes));
    }

    @Test
    void push_answerThatLeavesOneOut_isNoAnswer() {
        List<Envelope> envelopes = device.next(2, 100);
        answer(Answers.accepted(envelopes.subList(0, 1)));
        fails(Kind.PROTOCOL, () -> relay().transport().push(envelopes));
        answer(Answers.accepted(List.of(envelopes.get(0), envelopes.get(0))));
        fails(Kind.PROTOCOL, () -> relay().transport().push(envelopes));
        answer(Answers.accepted(List.of(envelopes.get(0), device.next(100))));
        fails(Kind.PROTOCOL, () -> relay().transport().push(envelopes));
        answer(Answers.accepted(List.of(envelopes.get(0), envelopes.get(1), envelopes.get(1))));
        fails(Kind.PROTOCOL, () -> relay().transport().push(envelopes));
    }

    @Test
    void push_moreThanOneRequestHolds_isTheCallersMistake() {
        assertThrows(IllegalArgumentException.class, () -> relay().transport().push(List.of()));
        assertThrows(IllegalArgumentException.class, () -> relay().transport().push(device.next(1001, 29)));
        assertThrows(IllegalArgumentException.class, () -> relay().transport().push(device.next(5, 2_000_000)));
        assertEquals(0, server.getRequestCount());
    }

    @Test
    void pull_byCursor_givesThePage() throws Exception {
        List<Envelope> envelopes = device.next(2, 300);
        answer(Answers.page(envelopes));

        PullResult.Page page = (PullResult.Page) relay().transport().pull(PULL);

        assertEquals(2, page.entries().size());
        assertEquals(envelopes.get(1).hash(), page.entries().get(1).hash());
        assertEquals(
                Answers.START
                        .after(envelopes.get(0).hash())
                        .after(envelopes.get(1).hash()),
                page.next());
        RecordedRequest request = server.takeRequest();
        assertEquals("POST /base/v1/spaces/" + SPACE + "/pull HTTP/1.1", request.getRequestLine());
        assertEquals("application/json", request.getHeaders().get("Content-Type"));
        assertEquals(
                Answers.START,
                PullBody.read(request.getBody().toByteArray()).request().after());
    }

    @Test
    void pull_asksForTheBytesThatTheAppChose() throws Exception {
        answer(Answers.page(List.of()));
        relay(HttpLimits.DEFAULTS.withPullBytesMax(65536)).transport().pull(PULL);
        assertEquals(
                65536,
                PullBody.read(server.takeRequest().getBody().toByteArray()).bytesMax());
    }

    @Test
    void pull_byKnown_givesHeads() throws Exception {
        answer(Answers.pageWithHeads(List.of(), Map.of(device.device(), 9L)));
        PullRequest request = PullRequest.missing(Map.of(device.device(), 7L), 3);
        PullResult.Page page = (PullResult.Page) relay().transport().pull(request);
        assertEquals(Map.of(device.device(), 9L), page.heads());
    }

    @Test
    void pull_whatWasNotAskedFor_isNoAnswer() {
        answer(Answers.pageWithHeads(List.of(), Map.of(device.device(), 9L)));
        fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
        PageWriter writer = new PageWriter(1 << 20);
        writer.addOwn(EnvelopeHash.NONE);
        byte[] page = writer.write(Answers.START.after(EnvelopeHash.NONE), false, Map.of(), 5);
        answer(Answers.bytes(200, "application/vnd.tidelock.page", page));
        fails(Kind.PROTOCOL, () -> relay().transport().pull(PullRequest.missing(Map.of(), 0)));
    }

    @Test
    void pull_refusedCursor_isAResult() throws Exception {
        answer(Answers.json(409, new ErrorAnswer("cursor-refused", "", Answers.LOG, 5).write()));
        assertEquals(
                new PullResult.CursorRefused(Answers.LOG, 5),
                relay().transport().pull(PULL));
    }

    @Test
    void pull_otherConflicts_areNone() {
        answer(Answers.json(409, new ErrorAnswer("mood", "", Answers.LOG, 5).write()));
        fails(Kind.REJECTED, () -> relay().transport().pull(PULL));
        answer(Answers.json(409, new ErrorAnswer("cursor-refused", "", null, 5).write()));
        fails(Kind.PROTOCOL, () -> relay().transport().pull(PULL));
        answer(Answers.json(409, new ErrorAnswer("cursor-refused", "", Answers.LOG, 5).write()));
        fails(Kind.REJECTED, () -> relay().transport().pull(PullRequest.missing(Map.of(), 0)));
    }

    @Test
    void anything_atARelayThatDoesNotHaveTheSpace_isNamedAsThat() {
        answer(Answers.error(ErrorCode.UNKNOWN_SPACE));
        fails(Kind.UNKNOWN_SPACE, () -> relay().transport().pull(PULL));
        answer(Answers.error(ErrorCode.UNKNOWN_SPACE));
        fails(Kind.UNKNOWN_SPACE, () -> relay().transport().push(device.next(1, 100)));
        answer(Answers.error(ErrorCode.UNKNOWN_SPACE));
        fails(Kind.UNKNOWN_SPACE, () -> relay().registrar().members());
        // Anything may answer 404: what does not say so is no relay that has lost a space.
        answer(Answers.error(ErrorCode.UNKNOWN_PATH));
        fails(Kind.REJECTED, () -> relay().transport().pull(PULL));
        answer(Answers.bytes(404, "text/html", "unknown-space".getBytes(StandardCharsets.UTF_8)));
        fails(Kind.REJECTED, () -> relay().transport().pull(PULL));
    }

    @Test
    void remote_isTheUrlOfTheSpace_howeverTheRelayIsSpelled() {
        String remote = relay().transport().remote();
        assertEquals(server.url("/base/v1/spaces/" + SPACE).toString(), remote);
        try (HttpRelay same = HttpRelay.at(server.url("/base/").toString(), wallMillis::get)
                .open(SPACE, device.publicKey(), this::token)) {
            assertEquals(remote, same.transport().remote());
        }
    }

    @Test
    void url_thatIsNoRelays_isRefused() {
        for (String url : List.of(
                "",
                "relay",
                "ftp://a",
                "https://user@a/",
                "https://u:p@a/",
                "https://a/?q=1",
                "https://a/#f",
                "file:///a")) {
            assertThrows(IllegalArgumentException.class, () -> HttpRelay.at(url, wallMillis::get), url);
        }
    }

    @Test
    void retryAfter_withoutOne_isNull() {
        answer(Answers.json(503, new byte[0]));
        assertNull(fails(Kind.THROTTLED, () -> relay().transport().pull(PULL)).retryAfter());
    }

    @Test
    void failure_namesStatusCodeAndReason_andNoToken() {
        answer(Answers.error(dev.tidelock.sync.http.wire.ErrorCode.NOT_A_MEMBER));
        String message =
                fails(Kind.UNAUTHORIZED, () -> relay().transport().pull(PULL)).getMessage();
        assertTrue(message.contains("403 not-a-member: why"), message);
        assertTrue(!message.contains("token-1"), message);
    }
}
