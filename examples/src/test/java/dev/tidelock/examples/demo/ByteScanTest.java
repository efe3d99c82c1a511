package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteScanTest {
    private static final String SECRET = "Meet at the lighthouse at nine";

    private static long found(byte[] hidden) {
        Needles needles = new Needles();
        needles.addValue(JsonValue.object(Map.of("t", JsonValue.of(SECRET))));
        byte[] haystack = new byte[100_000];
        new Random(1).nextBytes(haystack);
        ByteScan scan = new ByteScan(needles.forms());
        assertEquals(0, scan.matchedBytes(haystack));
        System.arraycopy(hidden, 0, haystack, 77_777, hidden.length);
        return scan.matchedBytes(haystack);
    }

    @Test
    void scan_hiddenInAnyForm_isFound() throws Exception {
        byte[] text = SECRET.getBytes(StandardCharsets.UTF_8);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
        assertEquals(text.length, found(text));
        assertEquals(32, found(hash));
        for (byte[] each : List.of(text, hash)) {
            assertEquals(2 * each.length, found(ascii(HexFormat.of().formatHex(each))));
            for (int offset = 0; offset < 3; offset++) {
                byte[] shifted = new byte[offset + each.length];
                System.arraycopy(each, 0, shifted, offset, each.length);
                assertTrue(found(Base64.getEncoder().encode(shifted)) >= 32);
                assertTrue(found(Base64.getUrlEncoder().encode(shifted)) >= 32);
            }
        }
    }

    @Test
    void scan_pieceOfALongText_isFound() {
        String body = "All work and no play makes a dull day, says everyone. ".repeat(40);
        Needles needles = new Needles();
        needles.add(body);
        byte[] piece = body.substring(400, 900).getBytes(StandardCharsets.UTF_8);
        assertTrue(new ByteScan(needles.forms()).matchedBytes(piece) > 0);
    }

    @Test
    void scan_atTheVeryEnd_isFound() {
        Needles needles = new Needles();
        needles.add("12345678");
        needles.add("1234567"); // too short to count
        assertEquals(1, needles.count());
        ByteScan scan = new ByteScan(needles.forms());
        assertEquals(8, scan.matchedBytes(ascii("xx12345678")));
        assertEquals(0, scan.matchedBytes(ascii("xx1234567")));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
