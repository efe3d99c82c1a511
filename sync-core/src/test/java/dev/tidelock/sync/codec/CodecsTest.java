package dev.tidelock.sync.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CodecsTest {
    enum Priority {
        LOW,
        HIGH
    }

    private static <T> void assertRoundTrip(Codec<T> codec, T value, String json) {
        assertEquals(json, codec.encode(value).toJson());
        assertEquals(value, codec.decode(JsonValue.parse(json)));
    }

    private static CodecException refusal(Codec<?> codec, String json) {
        return assertThrows(CodecException.class, () -> codec.decode(JsonValue.parse(json)));
    }

    @Test
    void plainCodecs_ofEachType_goThereAndBackExactly() {
        assertRoundTrip(Codecs.STRING, "", "\"\"");
        assertRoundTrip(Codecs.STRING, "ü 🙂", "\"ü 🙂\"");
        assertRoundTrip(Codecs.BOOLEAN, true, "true");
        assertRoundTrip(Codecs.INT, Integer.MIN_VALUE, "-2147483648");
        assertRoundTrip(Codecs.LONG, Long.MAX_VALUE, "9223372036854775807");
        assertRoundTrip(Codecs.DOUBLE, 0.1, "0.1");
        assertRoundTrip(Codecs.DOUBLE, 3.0, "3");
        assertRoundTrip(Codecs.JSON, JsonValue.parse("{\"a\":[null]}"), "{\"a\":[null]}");
        assertRoundTrip(Codecs.INSTANT, Instant.ofEpochSecond(1, 5), "\"1970-01-01T00:00:01.000000005Z\"");
        assertRoundTrip(Codecs.INSTANT_MILLIS, Instant.ofEpochMilli(-7), "-7");
        assertRoundTrip(Codecs.list(Codecs.INT), List.of(1, 2), "[1,2]");
        assertRoundTrip(Codecs.map(Codecs.list(Codecs.STRING)), Map.of("a", List.of("b")), "{\"a\":[\"b\"]}");
        assertRoundTrip(Codecs.enumeration(Priority.values()), Priority.HIGH, "\"HIGH\"");
        UUID id = new UUID(1, 2);
        assertRoundTrip(Codecs.via(Codecs.STRING, UUID::fromString, UUID::toString), id, "\"" + id + "\"");
    }

    @Test
    void decode_anotherType_saysWhatWasExpectedAndFound_andNothingOfTheData() {
        assertEquals(
                "expected a string, found an integer",
                refusal(Codecs.STRING, "5").getMessage());
        assertEquals(
                "expected true or false, found null",
                refusal(Codecs.BOOLEAN, "null").getMessage());
        assertEquals(
                "expected an integer of 32 bits, found an integer",
                refusal(Codecs.INT, "2147483648").getMessage());
        assertEquals(
                "expected an integer of 64 bits, found a number",
                refusal(Codecs.LONG, "1.5").getMessage());
        assertEquals(
                "expected a number, found a string",
                refusal(Codecs.DOUBLE, "\"1\"").getMessage());
        assertEquals(
                "expected an array, found an object",
                refusal(Codecs.list(Codecs.INT), "{}").getMessage());
        assertEquals(
                "expected an object, found true",
                refusal(Codecs.map(Codecs.INT), "true").getMessage());
        assertEquals(
                "expected one of \"LOW\", \"HIGH\", found a string",
                refusal(Codecs.enumeration(Priority.values()), "\"secret\"").getMessage());
        assertFalse(refusal(Codecs.INSTANT, "\"secret\"").getMessage().contains("secret"));
        assertThrows(CodecException.class, () -> Codecs.INSTANT_MILLIS.decode(JsonValue.of("now")));
    }

    @Test
    void decode_withinListsAndMaps_namesThePlace_butNoKeyInTheMessage() {
        Codec<Map<String, List<Integer>>> codec = Codecs.map(Codecs.list(Codecs.INT));
        CodecException refused = refusal(codec, "{\"ann@home/~\":[1,\"x\"]}");
        assertEquals("/ann@home~1~0/1", refused.path());
        assertEquals("expected an integer of 32 bits, found a string, at /*/1", refused.getMessage());
    }

    @Test
    void encode_whatHasNoJsonForm_isRefused_withItsPlace() {
        Codec<List<Double>> doubles = Codecs.list(Codecs.DOUBLE);
        CodecException notFinite = assertThrows(CodecException.class, () -> doubles.encode(List.of(1.0, Double.NaN)));
        assertEquals("/1", notFinite.path());
        assertThrows(CodecException.class, () -> doubles.encode(Arrays.asList(1.0, null)));
        assertThrows(CodecException.class, () -> Codecs.STRING.encode("\ud800"));
        assertThrows(CodecException.class, () -> Codecs.INSTANT_MILLIS.encode(Instant.MAX));
        Map<String, Integer> nulls = new HashMap<>();
        nulls.put("a", null);
        assertEquals(
                "/a",
                assertThrows(CodecException.class, () -> Codecs.map(Codecs.INT).encode(nulls))
                        .path());
        nulls.clear();
        nulls.put(null, 1);
        assertThrows(CodecException.class, () -> Codecs.map(Codecs.INT).encode(nulls));
        nulls.clear();
        nulls.put("\ud800", 1);
        assertThrows(CodecException.class, () -> Codecs.map(Codecs.INT).encode(nulls));
    }

    @Test
    void enumeration_withAStandIn_readsUnknownNamesAsThat() {
        Codec<Priority> codec = Codecs.enumeration(Priority.values(), Priority.LOW);
        assertEquals(Priority.LOW, codec.decode(JsonValue.of("URGENT")));
        assertThrows(CodecException.class, () -> codec.decode(JsonValue.of(1)));
    }

    @Test
    void via_whatTheAppRefuses_doesNotDecode_andTellsTheCause() {
        Codec<UUID> codec = Codecs.via(Codecs.STRING, UUID::fromString, UUID::toString);
        CodecException refused = refusal(Codecs.list(codec), "[\"secret\"]");
        assertEquals("/0", refused.path());
        assertTrue(refused.getCause() instanceof IllegalArgumentException);
        assertFalse(refused.getMessage().contains("secret"));
    }

    @Test
    void decoded_listsAndMaps_cannotBeChanged() {
        List<Integer> list = Codecs.list(Codecs.INT).decode(JsonValue.parse("[1]"));
        assertThrows(UnsupportedOperationException.class, () -> list.add(2));
        Map<String, Integer> map = Codecs.map(Codecs.INT).decode(JsonValue.parse("{\"b\":1,\"a\":2}"));
        assertThrows(UnsupportedOperationException.class, map::clear);
        assertEquals(List.of("a", "b"), new ArrayList<>(map.keySet()));
    }
}
