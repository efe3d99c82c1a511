package dev.tidelock.sync.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.ws.wire.LineError;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import java.time.Duration;
import java.util.List;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A line's life: opened, used, ended in every way, and opened again. */
class LineTest extends ScriptedRelay {
    private static final TestEnvelopes OTHER = new TestEnvelopes(2);

    @Test
    void pushAndPull_goByTheLineWhileItIsOpen() throws Exception {
        WsTransport transport = open();
        assertTrue(transport.isLive());
        pushed = author.next(3, 100);
        assertEquals(receipt(pushed).accepted(), transport.push(pushed).accepted());
        assertInstanceOf(PullResult.Page.class, transport.pull(PullRequest.after(START)));
        assertEquals(0, httpRequests.get());
    }

    @Test
    void withoutAListener_everythingGoesByHttp() throws Exception {
        pushed = author.next(1, 100);
        relay().transport().push(pushed);
        assertEquals(1, httpRequests.get());
        assertEquals(0, upgrades.get());
        assertFalse(relay().transport().isLive());
    }

    @Test
    void livePages_comeOneByOne_eachWhenTheLastWasTaken() throws Exception {
        openAndRead();
        Cursor cursor = START;
        for (int i = 1; i <= 3; i++) {
            List<Envelope> next = OTHER.next(2, 50);
            say(line, Kind.LIVE, i, page(cursor, next, i == 2));
            Arrival arrival = arrival();
            assertEquals(cursor, arrival.after());
            assertEquals(i == 2, arrival.page().more());
            arrival.taken().run();
            arrival.taken().run(); // a second time changes nothing
            await("TAKEN " + i);
            cursor = arrival.page().next();
        }
        assertTrue(events.isEmpty());
    }

    @Test
    void pull_thatEndsEarly_stopsTheLivePages() throws Exception {
        WsTransport transport = openAndRead();
        List<Envelope> some = OTHER.next(1, 50);
        script = (to, asked) -> say(to, Kind.PAGE, asked.number(), page(START, some, true));
        transport.pull(PullRequest.after(START));
        say(line, Kind.LIVE, 1, page(START.after(some.get(0).hash()), OTHER.next(1, 50)));
        await("cut");
        assertTrue(arrivals.isEmpty());
    }

    @Test
    void cursorRefused_isToldWithTheLog() throws Exception {
        WsTransport transport = open();
        script = (to, asked) -> say(
                to,
                Kind.ERROR,
                asked.number(),
                new LineError(409, 0, new ErrorAnswer("cursor-refused", "", LOG, 5)).write());
        PullResult.CursorRefused refused =
                assertInstanceOf(PullResult.CursorRefused.class, transport.pull(PullRequest.after(START)));
        assertEquals(LOG, refused.log());
        assertTrue(transport.isLive());
    }

    @ParameterizedTest
    @CsvSource({
        "THROTTLED, THROTTLED, 7",
        "UNAVAILABLE, THROTTLED, 7",
        "UNKNOWN_SPACE, UNKNOWN_SPACE, 0",
        "TOO_LARGE, REJECTED, 0",
        "INTERNAL, THROTTLED, 0"
    })
    void refusals_areTheSameAsOverHttp(ErrorCode code, TransportException.Kind kind, int seconds) throws Exception {
        WsTransport transport = open();
        script = (to, asked) -> refuse(to, asked.number(), code, seconds);
        TransportException failure = assertThrows(TransportException.class, () -> transport.push(author.next(1, 100)));
        assertEquals(kind, failure.kind());
        assertEquals(seconds == 0 ? null : Duration.ofSeconds(seconds), failure.retryAfter());
        assertTrue(transport.isLive());
        assertEquals(0, httpRequests.get());
    }

    @Test
    void token_refusedAtFirst_isReplacedOnce() throws Exception {
        script = (to, asked) -> {
            script = this::honest;
            refuse(to, asked.number(), ErrorCode.TOKEN_EXPIRED, 0);
        };
        listen();
        await("token token-1");
        await("token token-2");
        await("open");
    }

    @Test
    void token_refusedTwice_isTriedAgainLater() throws Exception {
        script = (to, asked) -> refuse(to, asked.number(), ErrorCode.TOKEN_INVALID, 0);
        WsTransport transport = listen();
        await("token token-2");
        runtime.fire(Duration.ofMillis(250));
        await("token token-2"); // the newest one, again
        assertFalse(transport.isLive());
    }

    @Test
    void token_renewedBeforeItExpires() throws Exception {
        open();
        runtime.fire(Duration.ofMinutes(4));
        await("token token-2");
        runtime.fire(Duration.ofMinutes(4));
        await("token token-3");
    }

    @Test
    void token_refusedInBetween_isReplacedAndHttpAsked() throws Exception {
        WsTransport transport = open();
        pushed = author.next(1, 100);
        script = (to, asked) -> {
            script = this::honest;
            refuse(to, asked.number(), ErrorCode.TOKEN_EXPIRED, 0);
        };
        assertEquals(1, transport.push(pushed).accepted().size());
        assertEquals(1, httpRequests.get());
        await("token token-2");
        assertTrue(transport.isLive());
    }

    @ParameterizedTest
    @CsvSource({
        // code, reason, and how long until it is tried again: half of the bound, as chance says
        "1001, 20, PT10S",
        "1012, 60, PT30S",
        "1013, 4, PT2S",
        "1012, '', PT0.25S",
        "1013, soon, PT0.25S",
        "1011, '', PT0.25S",
        "4408, '', PT0.25S",
        "4403, '', PT0.25S",
        "1003, '', PT15S",
        "1009, '', PT15S",
        "4401, '', PT0S",
        "1012, 999999999, PT1800S"
    })
    void closed_withACode_isTriedAgainInTime(int code, String reason, Duration retry) throws Exception {
        WsTransport transport = open();
        line.close(code, reason);
        await("cut");
        assertFalse(transport.isLive());
        runtime.fire(retry);
        await("open");
        await("changed");
        assertTrue(transport.isLive());
    }

    @Test
    void closed_asNoMember_isAskedAbout() throws Exception {
        open();
        upgrade = new MockResponse.Builder().code(404);
        line.close(4403, null);
        assertEquals("cut", next()); // after "token", "open" and "changed"
        assertEquals("changed", next());
    }

    @Test
    void closed_forItsToken_comesBackWithAFreshOne_onceAtOnce() throws Exception {
        runtime.random(0.3);
        open();
        line.close(4401, null);
        runtime.fire(Duration.ZERO);
        await("token token-2");
        await("open");
        line.close(4401, null);
        await("cut");
        runtime.fire(Duration.ofMillis(300)); // not at once again, before it was of use
        await("token token-3");
    }

    @Test
    void cutAgainAndAgain_waitsLonger_untilItIsOfUse() throws Exception {
        runtime.random(0.3);
        WsTransport transport = open();
        for (long bound : new long[] {500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
            line.close(1011, null);
            await("cut");
            runtime.fire(Duration.ofMillis(bound * 3 / 10));
            await("open");
        }
        transport.pull(PullRequest.after(START));
        line.close(1011, null);
        await("cut");
        runtime.fire(Duration.ofMillis(75));
        await("open");
    }

    @Test
    void upgrade_refusedWithRetryAfter_isNotTriedBefore() throws Exception {
        MockResponse.Builder open = upgrade;
        upgrade = new MockResponse.Builder().code(503).setHeader("Retry-After", "9");
        runtime.random(0);
        listen();
        runtime.await(Duration.ofSeconds(9));
        upgrade = open;
        runtime.fire(Duration.ofSeconds(9));
        await("open");
    }

    @Test
    void close_endsTheLine_andWhatComesAfter() throws Exception {
        WsTransport transport = open();
        transport.close();
        transport.close();
        assertFalse(transport.isLive());
        assertThrows(TransportException.class, () -> transport.pull(PullRequest.after(START)));
        relay().registrar();
    }

    @Test
    void listen_twice_isRefused() throws Exception {
        WsTransport transport = open();
        LiveListener another = new LiveListener() {
            @Override
            public void arrived(Cursor after, PullResult.Page page, Runnable taken) {}

            @Override
            public void changed() {}

            @Override
            public void lineChanged() {}
        };
        assertThrows(IllegalStateException.class, () -> transport.listen(another));
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> WsRelay.at("ftp://relay.example"));
        assertThrows(
                IllegalArgumentException.class,
                () -> WsRelay.at("http://relay.example").pingInterval(Duration.ofSeconds(31)));
        assertThrows(
                IllegalArgumentException.class,
                () -> WsRelay.at("http://relay.example").pingInterval(Duration.ofMillis(99)));
    }
}
