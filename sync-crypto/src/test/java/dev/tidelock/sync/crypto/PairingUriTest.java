package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.counting;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.PairingException.Kind;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairingUriTest {
    private static final String SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    private static final String TEXT =
            "tidelock:pair?v=1&relay=https%3A%2F%2Frelay.example%3A8443%2Fnotes&secret=" + SECRET;

    @Test
    void export_thenParse_isTheSameUri() throws Exception {
        PairingUri uri = PairingUri.withUnprotectedSecret("https://relay.example:8443/notes", counting());
        assertEquals(TEXT, uri.exportUnprotectedUri());
        assertEquals(uri, PairingUri.parse(TEXT));
        assertEquals(uri.hashCode(), PairingUri.parse(TEXT).hashCode());
        assertEquals("https://relay.example:8443/notes", PairingUri.parse(TEXT).relayUrl());
        assertNotEquals(
                PairingUri.withFreshSecret("http://localhost:1"), PairingUri.withFreshSecret("http://localhost:1"));
    }

    @Test
    void parse_anyOrderAndReservedCharactersAsTheyAre_isAccepted() throws Exception {
        assertEquals(
                PairingUri.parse(TEXT),
                PairingUri.parse("tidelock:pair?secret=" + SECRET + "&relay=https://relay.example:8443/notes&v=1"));
    }

    /** Computed with another implementation of RFC 5869: whoever changes these shuts out every other version. */
    @Test
    void keys_knownSecret_areThoseOfTheProtocol() throws Exception {
        byte[] secret = counting();
        assertEquals(
                "4b2029062122a9b5ad185d1d58e59879",
                Fixtures.hex(PairingKeys.derive(secret, "tidelock-pairing-mailbox-v1", 16)));
        assertEquals(
                "147fdf23c5cade450c7635067ea919caed14be8693cf3751bec3e5fe0c995538",
                Fixtures.hex(PairingKeys.derive(secret, "tidelock-pairing-request-v1", 32)));
        assertEquals(
                "b165d29b242aeeb1d1d4ef8c7f67d018541c7638edc65f71362daa28748305f8",
                Fixtures.hex(PairingKeys.derive(secret, "tidelock-pairing-answer-v1", 32)));
        assertArrayEquals(
                Fixtures.unhex("4b2029062122a9b5ad185d1d58e59879"),
                PairingUri.parse(TEXT).keys().mailboxId());
    }

    /** RFC 5869, test case 3. */
    @Test
    void derive_rfc5869Vector_isThatOfTheStandard() {
        assertEquals(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
                Fixtures.hex(PairingKeys.derive(Fixtures.filled(22, 0x0b), "", 42)));
    }

    @Test
    void parse_whatIsNoPairingUri_saysWhy() {
        assertRefused("it must start with 'tidelock:pair?'", "");
        assertRefused("it must start with 'tidelock:pair?'", "https://relay.example");
        assertRefused("it must start with 'tidelock:pair?'", " " + TEXT);
        assertRefused("it lacks the parameter 'v'", "tidelock:pair?relay=http://h&secret=" + SECRET);
        assertRefused("it lacks the parameter 'relay'", "tidelock:pair?v=1&secret=" + SECRET);
        assertRefused("it lacks the parameter 'secret'", "tidelock:pair?v=1&relay=http://h");
        assertRefused("it has the parameter 'v' twice", TEXT + "&v=1");
        assertRefused("and it has another one", TEXT + "&x=1");
        assertRefused("and it has another one", TEXT + "&");
        assertRefused("and it has another one", "tidelock:pair?" + SECRET);
        assertRefused("43 characters of base64url, not 42", TEXT.substring(0, TEXT.length() - 1));
        assertRefused("43 characters of base64url, not 44", TEXT + "=");
        assertRefused("in its one form", TEXT.substring(0, TEXT.length() - 1) + "9");
        assertRefused("is not base64url", TEXT.substring(0, TEXT.length() - 1) + "+");
        assertRefused("at most 4096", TEXT + "0".repeat(4096));
        assertRefused("at most 1024", withRelay("http://h/" + "a".repeat(1024)));
        assertRefused("http:// or https://", withRelay("ftp://relay.example"));
        assertRefused("http:// or https://", withRelay("relay.example"));
        assertRefused("http:// or https://", withRelay(""));
        assertRefused("http:// or https://", withRelay("http:///path"));
        assertRefused("no user, no query", withRelay("https://user:pass@relay.example"));
        assertRefused("no user, no query", withRelay("https://relay.example/%3Fq=1"));
        assertRefused("no user, no query", withRelay("https://relay.example/%23f"));
        assertRefused("is not a URL", withRelay("https://relay.example/%20"));
        for (String notPercentCoded :
                new String[] {"%", "%2", "%zz", "http://h/%", "http://h/%ff", "http://h/\u00e4"}) {
            assertRefused("percent-encoded UTF-8", withRelay(notPercentCoded));
        }
    }

    private static String withRelay(String encoded) {
        return "tidelock:pair?v=1&relay=" + encoded + "&secret=" + SECRET;
    }

    private static void assertRefused(String problem, String text) {
        PairingException refused = assertThrows(PairingException.class, () -> PairingUri.parse(text), text);
        assertEquals(Kind.NOT_A_PAIRING_URI, refused.kind());
        assertTrue(refused.getMessage().contains(problem), refused.getMessage());
        assertFalse(refused.getMessage().contains(SECRET.substring(0, 8)), refused.getMessage());
    }

    @Test
    void parse_newerVersion_saysToUpdate() {
        PairingException refused =
                assertThrows(PairingException.class, () -> PairingUri.parse(TEXT.replace("v=1", "v=2")));
        assertEquals(Kind.UNSUPPORTED_VERSION, refused.kind());
    }

    @Test
    void parse_mangledText_neverThrowsAnythingElse() {
        Random random = new Random(20261108);
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder(TEXT);
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                int at = 14 + random.nextInt(text.length() - 14);
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(0x100));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, "&=%".charAt(random.nextInt(3)));
                }
            }
            try {
                PairingUri parsed = PairingUri.parse(text.toString());
                assertEquals(parsed, PairingUri.parse(parsed.exportUnprotectedUri()), "round " + round);
            } catch (PairingException refused) {
                assertTrue(
                        refused.kind() == Kind.NOT_A_PAIRING_URI || refused.kind() == Kind.UNSUPPORTED_VERSION,
                        "round " + round);
            }
        }
    }

    @Test
    void toString_showsTheRelayAndNotTheSecret() throws Exception {
        String shown = PairingUri.parse(TEXT).toString();
        assertTrue(shown.contains("relay.example"), shown);
        SecretsNeverPrintTest.assertShowsNothingOf(counting(), shown);
    }
}
