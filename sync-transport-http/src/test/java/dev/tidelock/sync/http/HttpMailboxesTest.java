package dev.tidelock.sync.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MailboxBody;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Mailboxes.Slot;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.time.Duration;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

class HttpMailboxesTest extends HttpRelayFixture {
    private static final byte[] ID = new byte[16];
    private static final String PATH = "/base/v1/mailboxes/00000000000000000000000000000000";
    private static final String BYTES = "application/octet-stream";

    private Mailboxes guest() {
        return HttpRelay.at(server.url("/base").toString(), wallMillis::get).openAsGuest();
    }

    @Test
    void create_showsTheMembersToken() throws Exception {
        answer(Answers.done(201));
        relay().mailboxes().create(ID, Duration.ofMinutes(10));
        RecordedRequest request = server.takeRequest();
        assertEquals("POST " + PATH + " HTTP/1.1", request.getRequestLine());
        assertEquals("Tidelock token-1", request.getHeaders().get("Authorization"));
        assertEquals(
                new MailboxBody(SPACE, 600), MailboxBody.read(request.getBody().toByteArray()));
    }

    @Test
    void create_outsideTheBoundsOrByAGuest_isRefusedHere() {
        for (Duration life : new Duration[] {Duration.ofSeconds(9), Duration.ofHours(2), Duration.ofDays(1L << 40)}) {
            assertThrows(
                    IllegalArgumentException.class, () -> relay().mailboxes().create(ID, life));
        }
        fails(Kind.UNAUTHORIZED, () -> guest().create(ID, Duration.ofMinutes(1)));
        assertEquals(0, server.getRequestCount());
    }

    @Test
    void write_showsNoToken() throws Exception {
        answer(Answers.done(201));
        guest().write(ID, Slot.REQUEST, new byte[] {1, 2});
        RecordedRequest request = server.takeRequest();
        assertEquals("PUT " + PATH + "/request HTTP/1.1", request.getRequestLine());
        assertEquals(BYTES, request.getHeaders().get("Content-Type"));
        assertNull(request.getHeaders().get("Authorization"));
        assertArrayEquals(new byte[] {1, 2}, request.getBody().toByteArray());
    }

    @Test
    void write_tooMuchOrNothing_isTheCallersMistake() {
        assertThrows(IllegalArgumentException.class, () -> guest().write(ID, Slot.ANSWER, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> guest().write(ID, Slot.ANSWER, new byte[8193]));
    }

    @Test
    void write_takenOrUnknown_isRejected() {
        answer(Answers.error(ErrorCode.TAKEN));
        fails(Kind.REJECTED, () -> guest().write(ID, Slot.ANSWER, new byte[1]));
        answer(Answers.error(ErrorCode.UNKNOWN_MAILBOX));
        fails(Kind.REJECTED, () -> guest().write(ID, Slot.ANSWER, new byte[1]));
        answer(Answers.error(ErrorCode.EXISTS));
        fails(Kind.REJECTED, () -> relay().mailboxes().create(ID, Duration.ofMinutes(1)));
    }

    @Test
    void read_waitsAsLongAsTheProtocolAllows() throws Exception {
        answer(Answers.bytes(200, BYTES, new byte[] {7}));
        Optional<byte[]> content = guest().read(ID, Slot.ANSWER, Duration.ofMinutes(5));
        assertArrayEquals(new byte[] {7}, content.orElseThrow());
        assertEquals(
                "GET " + PATH + "/answer?wait=20 HTTP/1.1", server.takeRequest().getRequestLine());
    }

    @Test
    void read_neverWaitsLongerThanItsTimeouts() throws Exception {
        answer(new MockResponse.Builder().code(204));
        Duration eight = Duration.ofSeconds(8);
        assertEquals(
                Optional.empty(),
                relay(HttpLimits.DEFAULTS.withTimeouts(eight, eight, eight))
                        .mailboxes()
                        .read(ID, Slot.REQUEST, Duration.ofSeconds(20)));
        assertEquals(
                "GET " + PATH + "/request?wait=3 HTTP/1.1", server.takeRequest().getRequestLine());
    }

    @Test
    void read_hostileContent_isNoAnswer() {
        answer(Answers.bytes(200, BYTES, new byte[8193]));
        fails(Kind.PROTOCOL, () -> guest().read(ID, Slot.ANSWER, Duration.ZERO));
        answer(Answers.bytes(200, BYTES, new byte[0]));
        fails(Kind.PROTOCOL, () -> guest().read(ID, Slot.ANSWER, Duration.ZERO));
        answer(Answers.bytes(200, "text/html", new byte[1]));
        fails(Kind.PROTOCOL, () -> guest().read(ID, Slot.ANSWER, Duration.ZERO));
        answer(new MockResponse.Builder().code(401));
        fails(Kind.UNAUTHORIZED, () -> guest().read(ID, Slot.ANSWER, Duration.ZERO));
    }

    @Test
    void delete_goneAlready_isDone() throws Exception {
        answer(Answers.error(ErrorCode.UNKNOWN_MAILBOX));
        guest().delete(ID);
        answer(Answers.done(200));
        guest().delete(ID);
        assertEquals("DELETE " + PATH + " HTTP/1.1", server.takeRequest().getRequestLine());
        answer(new MockResponse.Builder().code(404));
        fails(Kind.REJECTED, () -> guest().delete(ID));
    }
}
