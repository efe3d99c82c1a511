package dev.tidelock.sync.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.function.Executable;

/** One device, one relay that does as it is told, a clock that stands still, and tokens that are counted. */
abstract class HttpRelayFixture {
    static final SpaceId SPACE = SpaceId.parse("000102030405060708090a0b0c0d0e0f");
    static final PullRequest PULL = PullRequest.after(Answers.START);

    @StartStop
    final MockWebServer server = new MockWebServer();

    final TestEnvelopes device = new TestEnvelopes(1);
    final AtomicLong wallMillis = new AtomicLong(Answers.RELAY_MILLIS);
    final AtomicInteger tokensMade = new AtomicInteger();
    final AtomicLong tokenTime = new AtomicLong();
    private HttpRelay relay;

    HttpRelay relay() {
        return relay(HttpLimits.DEFAULTS);
    }

    HttpRelay relay(HttpLimits limits) {
        if (relay == null) {
            relay = HttpRelay.at(server.url("/base").toString(), wallMillis::get)
                    .limits(limits)
                    .open(SPACE, device.publicKey(), this::token);
        }
        return relay;
    }

    /** So impatient that what hangs ends while the test looks on. */
    HttpRelay impatientRelay() {
        Duration short_ = Duration.ofMillis(300);
        return relay(HttpLimits.DEFAULTS.withTimeouts(short_, short_, short_));
    }

    String token(long relayMillis) {
        tokenTime.set(relayMillis);
        return "token-" + tokensMade.incrementAndGet();
    }

    @AfterEach
    void closeRelay() {
        if (relay != null) {
            relay.close();
        }
    }

    void answer(MockResponse.Builder response) {
        server.enqueue(response.build());
    }

    static TransportException fails(TransportException.Kind kind, Executable call) {
        return fails(kind, call, "");
    }

    static TransportException fails(TransportException.Kind kind, Executable call, String when) {
        TransportException failure = assertThrows(TransportException.class, call, when);
        assertEquals(kind, failure.kind(), when + " " + failure);
        return failure;
    }
}
