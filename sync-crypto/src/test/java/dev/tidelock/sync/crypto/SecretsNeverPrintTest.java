package dev.tidelock.sync.crypto;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What has a secret in it says so instead of showing it. */
class SecretsNeverPrintTest {
    private final SpaceKeys keys = SpaceKeys.createSpace();

    @Test
    void toString_ofWhatHoldsKeys_showsNone() {
        List<byte[]> secrets = List.of(
                keys.identity().exportUnprotectedPrivateKey(), keys.ring().exportUnprotectedKey(1));
        for (Object holder : List.of(keys, keys.ring(), keys.identity(), keys.sealer())) {
            assertTrue(holder.toString().contains("redacted"), holder.toString());
            for (byte[] secret : secrets) {
                assertShowsNothingOf(secret, holder.toString());
            }
        }
    }

    @Test
    void toString_ofAToken_doesNotShowTheSignature() {
        String token = keys.tokenAt(1_790_000_000_000L);
        String shown = AccessToken.parse(token).orElseThrow().toString();
        assertTrue(shown.contains("redacted"), shown);
        assertShowsNothingOf(Base64.getUrlDecoder().decode(token.substring(67)), shown);
    }

    /** Not in any usual form, and no four bytes of it either. */
    static void assertShowsNothingOf(byte[] secret, String shown) {
        String lower = shown.toLowerCase(Locale.ROOT);
        for (int i = 0; i + 4 <= secret.length; i++) {
            byte[] part = Arrays.copyOfRange(secret, i, i + 4);
            List<String> forms = new ArrayList<>(List.of(Fixtures.hex(part), Arrays.toString(part)));
            if (i + 6 <= secret.length) {
                byte[] six = Arrays.copyOfRange(secret, i, i + 6);
                forms.add(Base64.getEncoder().encodeToString(six).toLowerCase(Locale.ROOT));
                forms.add(Base64.getUrlEncoder().encodeToString(six).toLowerCase(Locale.ROOT));
            }
            for (String form : forms) {
                assertFalse(lower.contains(form), "a secret shows in: " + shown);
            }
        }
    }
}
