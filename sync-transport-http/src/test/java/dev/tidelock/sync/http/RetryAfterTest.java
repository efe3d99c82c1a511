package dev.tidelock.sync.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.Test;

class RetryAfterTest extends HttpRelayFixture {
    private Duration retryAfter(String header) {
        answer(new MockResponse.Builder().code(429).setHeader("Retry-After", header));
        return fails(Kind.THROTTLED, () -> relay().transport().pull(PULL)).retryAfter();
    }

    private static String httpDate(long millis) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
    }

    @Test
    void seconds_areTaken() {
        assertEquals(Duration.ofSeconds(7), retryAfter("7"));
        assertEquals(Duration.ofSeconds(120), retryAfter("0120"));
    }

    @Test
    void date_isTakenByTheRelaysTime() {
        assertEquals(Duration.ofSeconds(90), retryAfter(httpDate(Answers.RELAY_MILLIS + 90_000)));
        wallMillis.addAndGet(-3_600_000);
        answer(Answers.error(ErrorCode.THROTTLED).setHeader("Retry-After", httpDate(Answers.RELAY_MILLIS + 30_000)));
        assertEquals(
                Duration.ofSeconds(30),
                fails(Kind.THROTTLED, () -> relay().transport().pull(PULL)).retryAfter());
    }

    @Test
    void past_isNow() {
        assertEquals(Duration.ZERO, retryAfter(httpDate(Answers.RELAY_MILLIS - 90_000)));
    }

    @Test
    void tooLong_isCut() {
        assertEquals(Duration.ofHours(1), retryAfter("86400"));
        assertEquals(Duration.ofHours(1), retryAfter("9".repeat(30)));
        assertEquals(Duration.ofHours(1), retryAfter("Fri, 31 Dec 9999 23:59:59 GMT"));
    }

    @Test
    void nonsense_isNone() {
        assertNull(retryAfter("soon"));
        assertNull(retryAfter("-5"));
        assertNull(retryAfter("1.5"));
        assertNull(retryAfter(""));
    }
}
