package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.identity;
import static dev.tidelock.sync.crypto.Fixtures.keys;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.PairingException.Kind;
import dev.tidelock.sync.spi.transport.Mailboxes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PairingMessagesTest {
    private static final String KEY = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
    private static final String EPHEMERAL = "BwcHBwgICAgICAgICAgICAgICAgICAgICAgICAgICAg";
    private static final byte[] EPHEMERAL_BYTES = Fixtures.counting();

    @Test
    void request_thenRead_givesKeysAndLabel() throws Exception {
        byte[] publicKey = identity(8).publicKey();
        PairingMessages.Request request =
                PairingMessages.request(PairingMessages.request(publicKey, EPHEMERAL_BYTES, "Phone \ud83d\udcf1"));
        assertArrayEquals(publicKey, request.publicKey());
        assertArrayEquals(EPHEMERAL_BYTES, request.ephemeral());
        assertEquals(new PairingPeer(identity(8).device(), "Phone \ud83d\udcf1"), request.peer());
    }

    @Test
    void answer_thenRead_givesRingAndInviter() throws Exception {
        PairingMessages.Answer answer = PairingMessages.answer(PairingMessages.answer(keys(), "Laptop"));
        assertEquals(keys().ring(), answer.ring());
        assertEquals(new PairingPeer(keys().device(), "Laptop"), answer.inviter());
    }

    @Test
    void messages_haveTheFormOfTheProtocol() {
        assertEquals(
                "{\"ephemeral\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\",\"label\":\"Phone\","
                        + "\"publicKey\":\"6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw\"}",
                text(PairingMessages.request(identity(7).publicKey(), EPHEMERAL_BYTES, "Phone")));
        assertEquals(
                "{\"current\":2,\"epochs\":{\"1\":\"ERERERERERERERERERERERERERERERERERERERERERE\","
                        + "\"2\":\"IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI\"},"
                        + "\"inviter\":\"fe812c12f3ab4ce6ac5db69ac352f906\",\"label\":\"Laptop\","
                        + "\"space\":\"000102030405060708090a0b0c0d0e0f\"}",
                text(PairingMessages.answer(keys(), "Laptop")));
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Test
    void answer_fullRingAndLongestLabel_fitsTheSlot() {
        KeyRing ring =
                KeyRing.ofUnprotectedKeys(Fixtures.SPACE, Map.of(Integer.MAX_VALUE, new byte[32]), Integer.MAX_VALUE);
        for (int i = 1; i < KeyRing.EPOCHS_MAX; i++) {
            ring = ring.withUnprotectedEpoch(Integer.MAX_VALUE - i, new byte[32]);
        }
        byte[] answer = PairingMessages.answer(SpaceKeys.of(ring, identity(7)), "\uffee".repeat(64));
        int sealed = answer.length + PairingAnswerSeal.OVERHEAD_BYTES;
        assertTrue(sealed <= Mailboxes.CONTENT_BYTES_MAX, sealed + " bytes");
    }

    @Test
    void request_malformed_isRefusedWithoutQuotingIt() {
        String ok = "{\"publicKey\":\"" + KEY + "\",\"ephemeral\":\"" + EPHEMERAL + "\",\"label\":\"x\"}";
        for (String bad : new String[] {
            "",
            "null",
            "[]",
            "{}",
            "\"" + KEY + "\"",
            ok + ok,
            ok.substring(1),
            ok.replace(KEY, KEY + "A"),
            ok.replace(KEY, "A"),
            ok.replace(EPHEMERAL, EPHEMERAL + "A"),
            ok.replace(EPHEMERAL, EPHEMERAL.substring(1)),
            ok.replace("\"" + EPHEMERAL + "\"", "null"),
            ok.replace("ephemeral", "another"),
            ok.replace("\"x\"", "7"),
            ok.replace("x", "x".repeat(65)),
            ok.replace("x", "\\u0007"),
            ok.replace("x", "\\u202e"),
            ok.replace("x", "\\ud83d")
        }) {
            assertMalformed(() -> PairingMessages.request(bad.getBytes(StandardCharsets.UTF_8)), bad);
        }
    }

    @Test
    void answer_malformed_isRefusedWithoutQuotingIt() {
        String ok = "{\"space\":\"000102030405060708090a0b0c0d0e0f\",\"epochs\":{\"1\":\"" + KEY
                + "\"},\"current\":1,\"inviter\":\"fe812c12f3ab4ce6ac5db69ac352f906\",\"label\":\"x\"}";
        for (String bad : new String[] {
            "{}",
            ok.substring(0, ok.length() - 1),
            ok.replace(KEY, KEY.substring(1)),
            ok.replace("\"" + KEY + "\"", "5"),
            ok.replace("{\"1\"", "{\"01\""),
            ok.replace("{\"1\"", "{\"+1\""),
            ok.replace("{\"1\"", "{\"0\""),
            ok.replace("{\"1\"", "{\"-1\""),
            ok.replace("{\"1\"", "{\"99999999999\""),
            ok.replace("{\"1\"", "{\"\""),
            ok.replace("\"current\":1", "\"current\":2"),
            ok.replace("\"current\":1", "\"current\":0"),
            ok.replace("\"current\":1", "\"current\":4294967297"),
            ok.replace("\"current\":1", "\"current\":1.5"),
            ok.replace("\"current\":1", "\"current\":\"1\""),
            ok.replace("0001", "00"),
            ok.replace("0001", "zz01"),
            ok.replace("fe81", ""),
            ok.replace("\"label\":\"x\"", "\"label\":null")
        }) {
            assertMalformed(() -> PairingMessages.answer(bad.getBytes(StandardCharsets.UTF_8)), bad);
        }
    }

    private static void assertMalformed(Executable action, String what) {
        PairingException refused = assertThrows(PairingException.class, action, what);
        assertEquals(Kind.MALFORMED, refused.kind());
        for (Throwable t = refused; t != null; t = t.getCause()) {
            assertFalse(String.valueOf(t.getMessage()).contains("BwcHBw"), t.toString());
        }
    }

    @Test
    void messages_mangled_neverThrowAnythingElse() {
        Random random = new Random(20261109);
        byte[] request = PairingMessages.request(identity(8).publicKey(), EPHEMERAL_BYTES, "Phone");
        byte[] answer = PairingMessages.answer(keys(), "Laptop");
        for (int round = 0; round < 30_000; round++) {
            byte[] bent = (round % 2 == 0 ? request : answer).clone();
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                bent[random.nextInt(bent.length)] = (byte) random.nextInt();
            }
            try {
                if (round % 4 < 2) {
                    PairingMessages.request(bent);
                } else {
                    PairingMessages.answer(bent);
                }
            } catch (PairingException refused) {
                assertEquals(Kind.MALFORMED, refused.kind(), "round " + round);
            }
        }
    }
}
