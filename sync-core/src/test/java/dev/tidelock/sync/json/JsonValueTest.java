package dev.tidelock.sync.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {
    /** The numbers of RFC 8785, appendix B, by their bits; those that are integers of 64 bits are exact here. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0",
        "8000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2"
    })
    void toJson_doublesOfRfc8785_areEcmaScript(String bits, String text) {
        assertEquals(
                text,
                JsonValue.of(Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16)))
                        .toJson());
    }

    @Test
    void toJson_anyDouble_readsBackAsItself() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (!Double.isNaN(value) && !Double.isInfinite(value)) {
                JsonNumber number = JsonValue.of(value);
                String text = number.toJson();
                assertEquals(value, Double.parseDouble(text), 0.0, text);
                assertEquals(number, JsonValue.parse(text), text);
            }
        }
    }

    @Test
    void toJson_twoSignificantDigits_isNeverLongerThanNeeded() {
        for (int exponent = -320; exponent < 300; exponent += 7) {
            for (int digit = 1; digit < 10; digit++) {
                double value = Double.parseDouble(digit + "e" + exponent);
                String mantissa = JsonValue.of(value).toJson().split("e")[0];
                assertEquals(1, new BigDecimal(mantissa).stripTrailingZeros().precision(), mantissa);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9223372036854775807 | 9223372036854775807",
                "-9223372036854775808 | -9223372036854775808",
                "9007199254740993 | 9007199254740993",
                "9007199254740993.0 | 9007199254740993",
                "1.0 | 1",
                "-0 | 0",
                "-0.0 | 0",
                "1e3 | 1000",
                "1E+18 | 1000000000000000000",
                "123456789012345680000 | 123456789012345680000",
                "18446744073709552000 | 18446744073709552000",
                "100000000000000000000 | 100000000000000000000",
                "0.1000000000000000055 | 0.1",
                "1e-400 | 0"
            })
    void parse_numbers_keepsIntegersExactly(String given, String canonical) {
        assertEquals(canonical, JsonValue.parse(given).toJson());
        assertEquals(canonical, JsonValue.parse(canonical).toJson());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775808",
                "-9223372036854775809",
                "18446744073709551616",
                "123456789012345678901234567890",
                "1e400",
                "-1e400",
                "NaN",
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\":1} 2",
                "'a'",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":[1,{\"b\":1,\"b\":1}]}}",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "{\"\\ud800\":1}",
                "nul",
                "01",
                "\"\t\""
            })
    void parse_whatHasNoCanonicalForm_isRefused(String text) {
        assertThrows(JsonFormatException.class, () -> JsonValue.parse(text));
        assertThrows(JsonFormatException.class, () -> JsonValue.parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void parse_cutShort_saysSoAndWhereInPlainWords() {
        JsonFormatException refused = assertThrows(JsonFormatException.class, () -> JsonValue.parse("{\"title\":[1"));
        assertEquals(
                "not JSON: Unexpected end-of-input: expected close marker for Array (line 1, column 12)",
                refused.getMessage());
    }

    @Test
    void parse_refused_namesThePath() {
        JsonFormatException refused =
                assertThrows(JsonFormatException.class, () -> JsonValue.parse("{\"a/b\":[0,{\"~\":1e999}]}"));
        assertEquals("/a~1b/1/~0", refused.path());
    }

    @Test
    void parse_bytesThatAreNotUtf8_areRefused() {
        assertThrows(JsonFormatException.class, () -> JsonValue.parse(new byte[] {'"', (byte) 0xc3, '"'}));
        assertThrows(JsonFormatException.class, () -> JsonValue.parse(new byte[] {'"', (byte) 0xff, '"'}));
    }

    @Test
    void parse_depth_isBounded() {
        String deepest = "[".repeat(JsonValue.DEPTH_MAX) + "]".repeat(JsonValue.DEPTH_MAX);
        assertEquals(deepest, JsonValue.parse(deepest).toJson());
        assertThrows(JsonFormatException.class, () -> JsonValue.parse("[" + deepest + "]"));
        JsonValue value = JsonValue.parse(deepest);
        assertThrows(JsonFormatException.class, () -> JsonValue.array(java.util.List.of(value)));
    }

    @Test
    void toJson_members_areInTheOrderOfCodeUnits() {
        String given = "{\"\\u20ac\":1,\"\\ud83d\\ude00\":2,\"\\ufb33\":3,\"a\":4,\"\\u00e9\":5,\"10\":6,\"9\":7}";
        String canonical = "{\"10\":6,\"9\":7,\"a\":4,\"\u00e9\":5,\"\u20ac\":1,\"\ud83d\ude00\":2,\"\ufb33\":3}";
        assertEquals(canonical, JsonValue.parse(given).toJson());
    }

    @Test
    void toJson_strings_escapeOnlyWhatTheyMust() {
        String given = "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\\\/\\u007f\\u2028\"";
        assertEquals(
                "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\u007f\u2028\"",
                JsonValue.parse(given).toJson());
    }

    @Test
    void mergePatch_examplesOfRfc7396_giveTheirResults() {
        String[][] examples = {
            {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
            {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
            {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
            {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
            {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
            {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
            {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
            {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
            {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
            {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
            {"{\"a\":\"foo\"}", "null", "null"},
            {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
            {"{\"e\":null}", "{\"a\":1}", "{\"a\":1,\"e\":null}"},
            {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
            {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"}
        };
        for (String[] example : examples) {
            JsonValue result = MergePatch.apply(JsonValue.parse(example[0]), JsonValue.parse(example[1]));
            assertEquals(example[2], result.toJson());
        }
        assertEquals(
                "{\"a\":1}",
                MergePatch.apply(null, JsonValue.parse("{\"a\":1,\"b\":null}")).toJson());
    }

    @Test
    void contradict_patchesOfDifferentMembers_doNot() {
        assertTrue(MergePatch.contradict(JsonValue.parse("{\"a\":{\"b\":1}}"), JsonValue.parse("{\"a\":{\"b\":2}}")));
        assertTrue(MergePatch.contradict(JsonValue.parse("{\"a\":null}"), JsonValue.parse("{\"a\":2}")));
        assertEquals(
                false,
                MergePatch.contradict(JsonValue.parse("{\"a\":{\"b\":1}}"), JsonValue.parse("{\"a\":{\"c\":2}}")));
        assertEquals(false, MergePatch.contradict(JsonValue.parse("{\"a\":1}"), JsonValue.parse("{\"a\":1}")));
    }

    @Test
    void parse_whatWasWritten_whateverItsNames() {
        JsonValue longName = JsonValue.object(java.util.Map.of("n".repeat(60_000), JsonValue.of(1)));
        assertEquals(longName, JsonValue.parse(longName.toUtf8()));
        assertEquals(longName, JsonValue.parse(longName.toJson()));
        java.util.Map<String, JsonValue> members = new java.util.HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            members.put(Integer.toString(i), JsonValue.TRUE);
        }
        JsonValue many = JsonValue.object(members);
        assertEquals(many, JsonValue.parse(many.toUtf8()));
    }

    @Test
    void parse_bytesInAnyOtherEncoding_areRefused() {
        byte[][] others = {
            {'4', 0}, // UTF-16
            {0, 0, 0, '4'}, // UTF-32
            {'"', (byte) 0xc0, (byte) 0x80, '"'}, // longer than it need be
            {'"', (byte) 0xed, (byte) 0xa0, (byte) 0xbd, (byte) 0xed, (byte) 0xb8, (byte) 0x80, '"'}, // half pairs
        };
        for (byte[] bytes : others) {
            assertThrows(JsonFormatException.class, () -> JsonValue.parse(bytes));
        }
        assertEquals(JsonValue.of(4), JsonValue.parse(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '4'}));
    }
}
