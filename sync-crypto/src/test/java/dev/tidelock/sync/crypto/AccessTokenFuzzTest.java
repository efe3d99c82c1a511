package dev.tidelock.sync.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.crypto.AccessToken.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

class AccessTokenFuzzTest {
    private static final DeviceIdentity IDENTITY = Fixtures.identity(7);
    private static final long NOW = 1_700_000_000_000L;

    @FuzzTest
    void parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Optional<AccessToken> token = AccessToken.parse(text);
        Outcome outcome = AccessToken.verify(text, IDENTITY.publicKey(), NOW);
        assertEquals(token.isEmpty(), outcome == Outcome.MALFORMED);
        assertNotEquals(
                Outcome.VALID, outcome, "nobody can sign for the device, and no kept input has a token of that time");
    }

    /** Behind the signature: the device itself claims whatever times it likes. */
    @FuzzTest
    void verify_signedTimes(byte[] bytes) {
        ByteBuffer times = ByteBuffer.wrap(Arrays.copyOf(bytes, 24));
        long issued = times.getLong();
        long expires = times.getLong();
        long now = times.getLong();
        String token = AccessToken.mint(Fixtures.SPACE, IDENTITY, issued, expires);
        Outcome outcome = AccessToken.verify(token, IDENTITY.publicKey(), now);
        if (outcome == Outcome.VALID) {
            assertTrue(issued >= 0 && now < expires && expires - issued <= AccessToken.LIFE_MAX.toMillis());
            assertTrue(now >= issued - AccessToken.CLOCK_AHEAD_MAX.toMillis());
        }
        assertNotEquals(Outcome.MALFORMED, outcome);
    }
}
