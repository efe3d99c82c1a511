package dev.tidelock.sync.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Any bytes are a JSON value or a {@link JsonFormatException}; a value has one form, which reads as itself. */
class JsonFuzzTest {
    @FuzzTest
    void parse(byte[] bytes) throws CharacterCodingException {
        JsonValue value;
        try {
            value = JsonValue.parse(bytes);
        } catch (JsonFormatException refused) {
            return;
        }
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        assertEquals(value, JsonValue.parse(text.startsWith("\ufeff") ? text.substring(1) : text));
        requireCanonical(value);
    }

    /** The target, a zero byte, and the patch. */
    @FuzzTest
    void mergePatch(byte[] bytes) {
        int zero = 0;
        while (zero < bytes.length && bytes[zero] != 0) {
            zero++;
        }
        JsonValue target;
        JsonValue patch;
        try {
            target = JsonValue.parse(bytes, 0, zero);
            patch = JsonValue.parse(Arrays.copyOfRange(bytes, Math.min(zero + 1, bytes.length), bytes.length));
        } catch (JsonFormatException refused) {
            return;
        }
        JsonValue once = MergePatch.apply(target, patch);
        requireCanonical(once);
        assertEquals(once, MergePatch.apply(once, patch), "a patch that has been applied changes nothing");
        assertFalse(MergePatch.contradict(patch, patch));
        assertEquals(MergePatch.contradict(target, patch), MergePatch.contradict(patch, target));
    }

    private static void requireCanonical(JsonValue value) {
        byte[] canonical = value.toUtf8();
        JsonValue again = JsonValue.parse(canonical);
        assertEquals(value, again);
        assertEquals(value.hashCode(), again.hashCode());
        assertArrayEquals(canonical, again.toUtf8());
    }
}
