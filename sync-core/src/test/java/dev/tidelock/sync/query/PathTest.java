package dev.tidelock.sync.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.SampleValues;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTest {
    private static final JsonValue VALUE =
            JsonValue.parse("{\"a\":{\"b\":[10,{\"c d\":11}]},\"\":12,\"$\":13,\"ä\":14,\"0\":15}");

    private static long at(String path) {
        return Objects.requireNonNull(Path.parse(path).in(VALUE)).asNumber().longValue();
    }

    @Test
    void in_membersAndPositions_findsWhatStandsThere() {
        assertEquals(10, at("a.b[0]"));
        assertEquals(11, at("a.b[1].\"c d\""));
        assertEquals(12, at("\"\""));
        assertEquals(13, at("\"$\""));
        assertEquals(14, at("ä"));
        assertEquals(15, at("0"));
        assertEquals(VALUE, Path.parse("$").in(VALUE));
        assertEquals(JsonValue.of(7), Path.WHOLE.item(1).in(JsonValue.parse("[6,7]")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "a.b[2]", "a.b.c", "a[0]", "a.b[0].c", "[0]", "a.b[999999999]"})
    void in_nothingThere_isNull(String path) {
        assertNull(Path.parse(path).in(VALUE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "a b",
                "a[",
                "a[]",
                "a[x]",
                "a[-1]",
                "a[0",
                "a[0]b",
                "\"a",
                "\"a\\",
                "\"\\x\"",
                "a[1234567890]",
                "$.a",
                "a;--",
                "a'",
                "\"\\ud800\""
            })
    void parse_noPath_saysWhere(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Path.parse(text))
                .getMessage();
        assertTrue(message.contains("at character"), message);
    }

    @Test
    void parse_tooLongOrTooDeep_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> Path.parse("a".repeat(Path.TEXT_CHARS_MAX + 1)));
        assertThrows(IllegalArgumentException.class, () -> Path.parse("a[0]" + "[0]".repeat(Path.STEPS_MAX)));
        assertThrows(IllegalArgumentException.class, () -> Path.of("a").item(-1));
    }

    @Test
    void toString_anyPath_isReadBackAsTheSame() {
        SampleValues samples = new SampleValues(2);
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            Path path = Path.WHOLE;
            for (int steps = random.nextInt(4); steps > 0; steps--) {
                path = random.nextInt(3) == 0 ? path.item(random.nextInt(1000)) : path.member(samples.text());
            }
            assertEquals(path, Path.parse(path.toString()));
        }
    }
}
