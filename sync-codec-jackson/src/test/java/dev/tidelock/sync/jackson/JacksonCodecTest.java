package dev.tidelock.sync.jackson;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.android.tools.r8.RecordTag;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JacksonCodecTest {
    enum Color {
        RED,
        BLUE
    }

    record Note(String title, int count, long size, double weight, Instant due, Color color, List<Author> authors) {}

    record Author(String name, Map<String, Integer> ages) {
        Author {
            if (name != null && name.isEmpty()) {
                throw new IllegalArgumentException("a name without letters");
            }
        }
    }

    /** As on Android: a plain class. */
    static final class Plain {
        public String title;
        public float single;
        public byte[] bytes;
        public BigDecimal decimal;
        public BigInteger integer;
        public UUID id;
        public LocalDate day;
        public Duration length;
        public JsonValue json;
        public JsonNode node;
        public Object any;
        public Double boxed;

        private int hidden;

        public int getHidden() {
            return hidden;
        }

        public void setHidden(int hidden) {
            this.hidden = hidden;
        }
    }

    private static final Codec<Note> NOTE = JacksonCodec.of(Note.class);
    private static final Codec<Plain> PLAIN = JacksonCodec.of(Plain.class);

    private static CodecException refusal(Codec<?> codec, String json) {
        return assertThrows(CodecException.class, () -> codec.decode(JsonValue.parse(json.replace('\'', '"'))));
    }

    private static Plain plain(String json) {
        return PLAIN.decode(JsonValue.parse(json.replace('\'', '"')));
    }

    @Test
    void record_onAJvm_goesThereAndBack() {
        Note note = new Note(
                "Hello",
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                0.1,
                Instant.ofEpochSecond(1, 5),
                Color.BLUE,
                List.of(new Author("Ann", Map.of("x", 1))));
        JsonValue json = NOTE.encode(note);
        assertEquals(
                "{\"authors\":[{\"ages\":{\"x\":1},\"name\":\"Ann\"}],\"color\":\"BLUE\",\"count\":-2147483648,"
                        + "\"due\":\"1970-01-01T00:00:01.000000005Z\",\"size\":9223372036854775807,\"title\":\"Hello\",\"weight\":0.1}",
                json.toJson());
        assertEquals(note, NOTE.decode(json));
    }

    @Test
    void plainClass_withMembersOfManyTypes_goesThereAndBack() {
        Plain before = new Plain();
        before.title = "ü 🙂";
        before.single = 0.1f;
        before.bytes = new byte[] {1, 2, 3, -1};
        before.decimal = new BigDecimal("12.10");
        before.integer = BigInteger.valueOf(Long.MIN_VALUE);
        before.id = new UUID(1, 2);
        before.day = LocalDate.of(2026, 11, 28);
        before.length = Duration.ofMinutes(90);
        before.json = JsonValue.parse("{\"a\":[1,null,0.5]}");
        before.any = Map.of("n", 5);
        before.setHidden(7);
        JsonValue json = PLAIN.encode(before);
        assertEquals(
                "{\"any\":{\"n\":5},\"bytes\":\"AQID/w==\",\"day\":\"2026-11-28\",\"decimal\":12.1,\"hidden\":7,"
                        + "\"id\":\"00000000-0000-0001-0000-000000000002\",\"integer\":-9223372036854775808,"
                        + "\"json\":{\"a\":[1,null,0.5]},\"length\":\"PT1H30M\",\"single\":0.1,\"title\":\"ü 🙂\"}",
                json.toJson());
        Plain after = PLAIN.decode(json);
        assertEquals(before.title, after.title);
        assertEquals(before.single, after.single);
        assertArrayEquals(before.bytes, after.bytes);
        assertEquals(0, before.decimal.compareTo(after.decimal));
        assertEquals(before.integer, after.integer);
        assertEquals(before.id, after.id);
        assertEquals(before.day, after.day);
        assertEquals(before.length, after.length);
        assertEquals(before.json, after.json);
        assertEquals(before.any, after.any);
        assertEquals(7, after.getHidden());
        assertEquals(json, PLAIN.encode(after));
    }

    @Test
    void decode_whatIsNotThereOrUnknown_isPassedOver() {
        Note note = NOTE.decode(JsonValue.parse("{\"unknown\":{\"a\":1},\"title\":null}"));
        assertNull(note.title());
        assertEquals(0, note.count());
        assertEquals("{\"count\":0,\"size\":0,\"weight\":0}", NOTE.encode(note).toJson());
        assertEquals(JsonValue.NULL, plain("{'json':null}").json);
        assertEquals("[1]", plain("{'node':[1]}").node.toString());
    }

    @Test
    void decode_anotherType_namesThePath_whatWasExpectedAndFound_andNothingOfTheData() {
        assertEquals(
                "expected a string, found an integer, at /title",
                refusal(NOTE, "{'title':5}").getMessage());
        assertEquals(
                "expected an integer of 32 bits, found a string, at /count",
                refusal(NOTE, "{'count':'secret'}").getMessage());
        assertEquals("/count", refusal(NOTE, "{'count':'5'}").path(), "no string is taken for a number");
        assertEquals(
                "expected an integer of 32 bits, found a number, at /count",
                refusal(NOTE, "{'count':1.5}").getMessage());
        assertEquals(
                "expected an integer of 32 bits, found an integer, at /count",
                refusal(NOTE, "{'count':2147483648}").getMessage());
        assertEquals(
                "expected one of \"RED\", \"BLUE\", found a string, at /color",
                refusal(NOTE, "{'color':'secret'}").getMessage());
        CodecException date = refusal(NOTE, "{'due':'secret'}");
        assertEquals("expected what makes a value of type Instant, found a string, at /due", date.getMessage());
        assertNull(date.getCause(), "Jackson's exceptions quote the data");
        assertEquals(
                "expected an array, found an object, at /authors",
                refusal(NOTE, "{'authors':{}}").getMessage());
        CodecException inMap = refusal(NOTE, "{'authors':[{'ages':{'secret':'x'}}]}");
        assertEquals("expected an integer of 32 bits, found a string, at /authors/0/ages/*", inMap.getMessage());
        assertEquals("/authors/0/ages/secret", inMap.path());
        assertEquals(
                "expected what makes a value of type Note, found a string",
                refusal(NOTE, "'secret'").getMessage());
        assertEquals(
                "expected what makes a value of type Note, found null",
                refusal(NOTE, "null").getMessage());
    }

    @Test
    void decode_whatTheConstructorRefuses_tellsTheAppsOwnCause() {
        CodecException refused = refusal(NOTE, "{'authors':[{'name':''}]}");
        assertEquals("/authors/0", refused.path());
        assertEquals("a name without letters", refused.getCause().getMessage());
    }

    @Test
    void encode_numbersThatARecordCannotKeep_areRefusedWithTheirPath() {
        Plain notFinite = new Plain();
        notFinite.boxed = Double.NaN;
        CodecException refused = assertThrows(CodecException.class, () -> PLAIN.encode(notFinite));
        assertEquals("a number that is not finite, at /boxed", refused.getMessage());
        Plain single = new Plain();
        single.single = Float.NEGATIVE_INFINITY;
        assertEquals(
                "/single",
                assertThrows(CodecException.class, () -> PLAIN.encode(single)).path());
        Plain precise = new Plain();
        precise.decimal = new BigDecimal("0.12345678901234567890");
        assertTrue(assertThrows(CodecException.class, () -> PLAIN.encode(precise))
                .getMessage()
                .contains("as a string"));
        precise.decimal = new BigDecimal("1e400");
        assertThrows(CodecException.class, () -> PLAIN.encode(precise));
        precise.decimal = new BigDecimal("1e-999999999");
        assertThrows(CodecException.class, () -> PLAIN.encode(precise));
        precise.decimal = null;
        precise.integer = BigInteger.ONE.shiftLeft(64).add(BigInteger.ONE);
        assertEquals(
                "/integer",
                assertThrows(CodecException.class, () -> PLAIN.encode(precise)).path());
        for (int power : new int[] {19, 20, 21, 22, 300}) {
            precise.integer = BigInteger.TEN.pow(power);
            assertEquals(precise.integer, PLAIN.decode(PLAIN.encode(precise)).integer);
        }
        precise.boxed = 1e300;
        precise.decimal = new BigDecimal("1e300");
        assertEquals(1e300, PLAIN.decode(PLAIN.encode(precise)).boxed);
        Plain lone = new Plain();
        lone.title = "\ud800";
        assertEquals(
                "/title",
                assertThrows(CodecException.class, () -> PLAIN.encode(lone)).path());
    }

    record Exact(
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal amount) {}

    @Test
    void encode_decimalAsAString_isKeptExactly() {
        Codec<Exact> codec = JacksonCodec.of(Exact.class);
        Exact exact = new Exact(new BigDecimal("0.12345678901234567890"));
        assertEquals(exact, codec.decode(codec.encode(exact)));
    }

    /** Its place among the constants is another one as soon as somebody sorts them. */
    @Test
    void decode_enumFromANumber_isRefused() {
        assertEquals(
                "/color", refusal(JacksonCodec.of(Note.class), "{'color':0}").path());
    }

    static final class Failing {
        public String getTitle() {
            throw new IllegalStateException("not now");
        }
    }

    static final class Endless {
        public Endless getSelf() {
            return new Endless();
        }
    }

    static final class Raw {
        @JsonRawValue
        public String raw = "{}";
    }

    static final class Nothing {}

    static final class NoConstructor {
        public final String title;

        NoConstructor(String title, int count) {
            this.title = title + count;
        }
    }

    @Test
    void encode_whatCannotBeWritten_saysWhy() {
        CodecException failing = assertThrows(
                CodecException.class, () -> JacksonCodec.of(Failing.class).encode(new Failing()));
        assertEquals("Failing cannot be written, at /title", failing.getMessage());
        assertEquals("not now", failing.getCause().getMessage());
        CodecException endless = assertThrows(
                CodecException.class, () -> JacksonCodec.of(Endless.class).encode(new Endless()));
        assertTrue(endless.getMessage().contains("holds itself"), endless.getMessage());
        assertThrows(CodecException.class, () -> JacksonCodec.of(Raw.class).encode(new Raw()));
        CodecException nothing = assertThrows(
                CodecException.class, () -> JacksonCodec.of(Nothing.class).encode(new Nothing()));
        assertTrue(nothing.getMessage().startsWith("Jackson cannot bind Nothing: "), nothing.getMessage());
        CodecException unmakable = refusal(JacksonCodec.of(NoConstructor.class), "{'title':'a'}");
        assertTrue(unmakable.getMessage().startsWith("Jackson cannot bind NoConstructor: "), unmakable.getMessage());
    }

    @Test
    void ownMapper_isUsed_andMayBeStrict() {
        ObjectMapper strict = JacksonCodec.newMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        CodecException refused = refusal(JacksonCodec.of(strict, Note.class), "{'secret':1}");
        assertEquals("/secret", refused.path());
        assertTrue(refused.getMessage().startsWith("a member that Note does not know"), refused.getMessage());
        Codec<Map<String, List<Color>>> generic = JacksonCodec.of(JacksonCodec.newMapper(), new TypeReference<>() {});
        Map<String, List<Color>> value = Map.of("a", List.of(Color.RED));
        assertEquals(value, generic.decode(generic.encode(value)));
    }

    static final class AndroidNote extends RecordTag {
        public String title;
    }

    @Test
    void recordOnAndroid_isRefused_andSaysWhatToDo() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> JacksonCodec.of(AndroidNote.class));
        assertTrue(refused.getMessage().contains("ObjectCodec"), refused.getMessage());
    }

    record Strict(@JsonProperty(required = true) String title) {}

    @Test
    void decode_requiredMemberThatIsNotThere_isRefused() {
        CodecException refused = refusal(JacksonCodec.of(Strict.class), "{}");
        assertEquals("a member that is not there, at /title", refused.getMessage());
    }

    @Test
    void anyJson_asJsonValueOrAsObject_goesThereAndBackExactly() {
        Codec<JsonValue> json = JacksonCodec.of(JsonValue.class);
        Codec<Object> object = JacksonCodec.of(Object.class);
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            JsonValue value = random(random, 4);
            if (value != JsonValue.NULL) {
                assertEquals(value, json.decode(json.encode(value)));
                assertEquals(value, object.encode(object.decode(value)));
            }
        }
    }

    private static JsonValue random(Random random, int depth) {
        switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0:
                return JsonValue.NULL;
            case 1:
                return JsonValue.of(random.nextBoolean());
            case 2:
                return JsonValue.of(random.nextLong() >> random.nextInt(64));
            case 3:
                double any = Double.longBitsToDouble(random.nextLong());
                return JsonValue.of(Double.isFinite(any) ? any : 0.5);
            case 4:
                return JsonValue.of(random.nextDouble());
            case 5:
                return JsonValue.of("text " + random.nextInt());
            case 6:
                return JsonValue.array(List.of(random(random, depth - 1), random(random, depth - 1)));
            default:
                return JsonValue.object(Map.of("a", random(random, depth - 1), "b~/", random(random, depth - 1)));
        }
    }
}
