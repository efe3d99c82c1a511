package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.identity;
import static dev.tidelock.sync.crypto.Fixtures.keys;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.AccessToken.Outcome;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AccessTokenTest {
    private static final long NOW = 1_790_000_000_000L;

    private final SpaceKeys keys = keys();
    private final byte[] publicKey = keys.identity().publicKey();
    private final String token = keys.tokenAt(NOW);

    @Test
    void tokenAt_isValidForFiveMinutesFromThenOn() {
        assertEquals(Outcome.VALID, AccessToken.verify(token, publicKey, NOW));
        assertEquals(Outcome.VALID, AccessToken.verify(token, publicKey, NOW + 299_999));
        assertEquals(Outcome.EXPIRED, AccessToken.verify(token, publicKey, NOW + 300_000));
    }

    @Test
    void verify_issuedInTheFuture_isAcceptedUpToAMinute() {
        assertEquals(Outcome.VALID, AccessToken.verify(token, publicKey, NOW - 60_000));
        assertEquals(Outcome.INVALID, AccessToken.verify(token, publicKey, NOW - 60_001));
    }

    @Test
    void verify_life_isAcceptedUpToFifteenMinutes() {
        assertEquals(Outcome.VALID, verifyMinted(NOW, NOW + 900_000));
        assertEquals(Outcome.INVALID, verifyMinted(NOW, NOW + 900_001));
        assertEquals(Outcome.INVALID, verifyMinted(NOW, NOW));
        assertEquals(Outcome.INVALID, verifyMinted(NOW, NOW - 1));
        assertEquals(Outcome.INVALID, verifyMinted(-1, NOW));
        assertEquals(Outcome.INVALID, verifyMinted(Long.MIN_VALUE, Long.MAX_VALUE));
        assertEquals(Outcome.INVALID, verifyMinted(Long.MAX_VALUE - 1, Long.MAX_VALUE));
    }

    private Outcome verifyMinted(long issued, long expires) {
        return AccessToken.verify(AccessToken.mint(keys.space(), keys.identity(), issued, expires), publicKey, NOW);
    }

    @Test
    void parse_givesTheClaims() {
        AccessToken parsed = AccessToken.parse(token).orElseThrow();
        assertEquals(keys.space(), parsed.space());
        assertEquals(keys.device(), parsed.device());
        assertEquals(NOW, parsed.issuedAtMillis());
        assertEquals(NOW + 300_000, parsed.expiresAtMillis());
        assertEquals(153, token.length());
        assertEquals(parsed, AccessToken.parse(token).orElseThrow());
    }

    @Test
    void parse_tokenOfAnotherSpace_namesThatSpace() {
        SpaceKeys elsewhere = SpaceKeys.of(KeyRing.newSpace(), keys.identity());
        AccessToken parsed = AccessToken.parse(elsewhere.tokenAt(NOW)).orElseThrow();
        assertNotEquals(keys.space(), parsed.space());
        // The claims of one cannot be put before the signature of the other.
        String mixed = elsewhere.tokenAt(NOW).substring(0, 66) + token.substring(66);
        assertEquals(Outcome.INVALID, AccessToken.verify(mixed, publicKey, NOW));
    }

    @Test
    void verify_keyOfAnotherDevice_isInvalid() {
        assertEquals(Outcome.INVALID, AccessToken.verify(token, identity(8).publicKey(), NOW));
        assertEquals(Outcome.INVALID, AccessToken.verify(token, new byte[0], NOW));
        assertEquals(Outcome.INVALID, AccessToken.verify(token, new byte[32], NOW));
    }

    @Test
    void verify_expiredWithABrokenSignature_isInvalidRatherThanExpired() {
        String broken = token.substring(0, 70) + (token.charAt(70) == 'A' ? 'B' : 'A') + token.substring(71);
        assertEquals(Outcome.INVALID, AccessToken.verify(broken, publicKey, NOW + 10_000_000));
    }

    @Test
    void verify_anyCharacterChanged_isNeverValid() {
        for (int i = 0; i < token.length(); i++) {
            for (char other : new char[] {'A', 'B', '-', '.', '=', '+', ' ', '\u0000', '\u00e9', '\uffff'}) {
                if (token.charAt(i) != other) {
                    String bent = token.substring(0, i) + other + token.substring(i + 1);
                    Outcome outcome = AccessToken.verify(bent, publicKey, NOW);
                    assertTrue(outcome == Outcome.INVALID || outcome == Outcome.MALFORMED, "character " + i);
                }
            }
        }
    }

    @Test
    void verify_truncatedOrExtended_isMalformed() {
        for (int length = 0; length < token.length(); length++) {
            assertEquals(Outcome.MALFORMED, AccessToken.verify(token.substring(0, length), publicKey, NOW));
        }
        for (String more : new String[] {"A", "=", "==", ".", "\n"}) {
            assertEquals(Outcome.MALFORMED, AccessToken.verify(token + more, publicKey, NOW));
            assertEquals(Outcome.MALFORMED, AccessToken.verify(more + token, publicKey, NOW));
        }
        assertEquals(Outcome.MALFORMED, AccessToken.verify("A".repeat(10_000_000), publicKey, NOW));
    }

    @Test
    void parse_unusedBitsSet_isMalformed() {
        // 49 and 64 bytes leave four bits of the last character unused: one token, one text.
        String bent = token.substring(0, 152) + (char) (token.charAt(152) + 1);
        assertEquals(Outcome.MALFORMED, AccessToken.verify(bent, publicKey, NOW));
    }

    @Test
    void parse_otherVersion_isMalformed() {
        assertEquals(Outcome.MALFORMED, AccessToken.verify("Ag" + token.substring(2), publicKey, NOW));
    }

    @Test
    void verify_randomText_neverThrows() {
        Random random = new Random(20261105);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \u00e9";
        for (int round = 0; round < 20_000; round++) {
            char[] text = new char[round % 3 == 0 ? random.nextInt(300) : 153];
            for (int i = 0; i < text.length; i++) {
                text[i] = alphabet.charAt(random.nextInt(round % 2 == 0 ? 64 : alphabet.length()));
            }
            if (text.length == 153) {
                text[66] = '.';
            }
            Outcome outcome = AccessToken.verify(new String(text), publicKey, NOW);
            assertTrue(outcome == Outcome.MALFORMED || outcome == Outcome.INVALID, "round " + round);
        }
    }
}
