package dev.tidelock.sync.internal.typed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.codec.Codecs;
import dev.tidelock.sync.codec.ObjectCodec;
import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private static final int CASES = Boolean.getBoolean("tidelock.long") ? 1_000_000 : 20_000;

    /** A type that knows some members of some objects. Null: any value. */
    private record Shape(Map<String, Shape> members, Shape items) implements Codec<JsonValue> {
        static Shape random(Random random, int depth) {
            int kind = depth == 0 ? 0 : random.nextInt(4);
            if (kind == 0) {
                return null;
            } else if (kind == 1) {
                return new Shape(null, random(random, depth - 1));
            }
            return object(random, depth);
        }

        static Shape object(Random random, int depth) {
            Map<String, Shape> members = new LinkedHashMap<>();
            for (String name : NAMES) {
                if (random.nextBoolean()) {
                    members.put(name, random(random, depth - 1));
                }
            }
            return new Shape(members, null);
        }

        @Override
        public JsonValue encode(JsonValue value) {
            return value;
        }

        @Override
        public JsonValue decode(JsonValue json) {
            return seen(this, json);
        }

        private static JsonValue seen(Shape shape, JsonValue json) {
            JsonObject object = json.asObject();
            JsonArray array = json.asArray();
            if (shape != null && shape.members != null && object != null) {
                Map<String, JsonValue> known = new LinkedHashMap<>();
                object.members().forEach((name, value) -> {
                    if (shape.members.containsKey(name)) {
                        known.put(name, seen(shape.members.get(name), value));
                    }
                });
                return JsonValue.object(known);
            } else if (shape != null && shape.members == null && array != null) {
                List<JsonValue> items = new ArrayList<>();
                array.items().forEach(item -> items.add(seen(shape.items, item)));
                return JsonValue.array(items);
            }
            return json;
        }
    }

    private static final List<String> NAMES = List.of("a", "b", "c", "id");

    private static JsonValue value(Random random, int depth) {
        int kind = random.nextInt(depth == 0 ? 2 : 8);
        if (kind == 0) {
            return JsonValue.of(random.nextInt(3));
        } else if (kind == 1) {
            return random.nextBoolean() ? JsonValue.NULL : JsonValue.of("text" + random.nextInt(2));
        } else if (kind < 4) {
            List<JsonValue> items = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                items.add(value(random, depth - 1));
            }
            return JsonValue.array(items);
        }
        return object(random, depth);
    }

    private static JsonValue object(Random random, int depth) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (String name : NAMES) {
            if (random.nextInt(3) > 0) {
                members.put(name, value(random, depth - 1));
            }
        }
        return JsonValue.object(members);
    }

    /** Another value, or one that differs a little. */
    private static JsonValue changed(JsonValue value, Random random, int depth) {
        JsonObject object = value.asObject();
        if (object == null || depth == 0 || random.nextInt(4) == 0) {
            return random.nextBoolean() ? value : value(random, depth);
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        object.members().forEach((name, member) -> {
            if (random.nextInt(6) > 0) {
                members.put(name, changed(member, random, depth - 1));
            }
        });
        return JsonValue.object(members);
    }

    @Test
    void over_anyValueAndAnyType_isSeenAsWhatWasSet_andLosesNothingUnknown() {
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            Shape shape = Shape.object(random, 3);
            RecordCodec<JsonValue> codec = new RecordCodec<>(shape);
            JsonValue stored = object(random, 3);
            JsonValue set = shape.decode(changed(stored, random, 3));
            JsonValue result = codec.over(stored, set);
            String replay = "seed " + seed;
            assertEquals(set, codec.decode(result), replay);
            assertUnknownIsKept(shape, stored, set, result, replay);
            assertEquals(result, codec.over(result, set), replay);
            assertEquals(stored, codec.over(stored, codec.decode(stored)), replay);
        }
    }

    /** In objects, wherever objects lead there; for arrays, see {@link CarryOverTest}. */
    private static void assertUnknownIsKept(
            Shape shape, JsonValue stored, JsonValue set, JsonValue result, String replay) {
        JsonObject was = stored.asObject();
        JsonObject now = set.asObject();
        if (shape == null || shape.members == null || was == null || now == null) {
            return;
        }
        JsonObject kept = result.asObject();
        was.members().forEach((name, value) -> {
            if (!shape.members.containsKey(name)) {
                assertEquals(value, kept.get(name), replay);
            } else if (now.get(name) == null) {
                assertEquals(null, kept.get(name), replay);
            } else {
                assertUnknownIsKept(shape.members.get(name), value, now.get(name), kept.get(name), replay);
            }
        });
    }

    record Note(String title) {}

    private static final RecordCodec<Note> NOTE = new RecordCodec<>(ObjectCodec.of(Note.class, members -> {
        var title = members.string("title", Note::title).orNull();
        return read -> new Note(read.get(title));
    }));

    /** Reads a former name as well. */
    private static final RecordCodec<Note> RENAMED = new RecordCodec<>(new Codec<>() {
        @Override
        public JsonValue encode(Note note) {
            return JsonValue.object(Map.of("title", JsonValue.of(note.title())));
        }

        @Override
        public Note decode(JsonValue json) {
            JsonValue former = json.asObject().get("zz");
            return new Note(
                    Codecs.STRING.decode(former == null ? json.asObject().get("title") : former));
        }
    });

    @Test
    void over_whatDoesNotDecode_replacesIt() {
        JsonValue stored = JsonValue.parse("{\"title\":5,\"x\":1}");
        assertThrows(CodecException.class, () -> NOTE.decode(stored));
        assertEquals("{\"title\":\"a\"}", NOTE.over(stored, new Note("a")).toJson());
        assertEquals("{\"title\":\"a\"}", NOTE.over(null, new Note("a")).toJson());
    }

    @Test
    void over_formerNameThatIsStillRead_doesNotSpeakAgainstWhatWasSet() {
        JsonValue stored = JsonValue.parse("{\"a\":0,\"b\":1,\"zz\":\"old\",\"zzz\":2}");
        assertEquals("old", RENAMED.decode(stored).title());
        assertEquals(
                "{\"a\":0,\"b\":1,\"title\":\"new\",\"zzz\":2}",
                RENAMED.over(stored, new Note("new")).toJson());
    }

    @Test
    void codecWithAFault_isToldAsACodecException() {
        RuntimeException fault = new IllegalStateException("broken");
        RecordCodec<Note> broken = new RecordCodec<>(new Codec<>() {
            @Override
            public JsonValue encode(Note note) {
                throw fault;
            }

            @Override
            public Note decode(JsonValue json) {
                throw fault;
            }
        });
        assertSame(
                fault,
                assertThrows(CodecException.class, () -> broken.decode(JsonValue.NULL))
                        .getCause());
        assertSame(
                fault,
                assertThrows(CodecException.class, () -> broken.encode(new Note("")))
                        .getCause());
        assertThrows(NullPointerException.class, () -> NOTE.encode(null));
    }

    @Test
    void lookup_ofAClassWithoutACodec_saysWhatToDo() {
        CodecLookup lookup = new CodecLookup(Map.of(Note.class, Codecs.STRING));
        assertSame(Codecs.STRING, lookup.codec(Note.class));
        String message = assertThrows(IllegalArgumentException.class, () -> lookup.codec(Shape.class))
                .getMessage();
        assertTrue(message.contains(Shape.class.getName()) && message.contains("sync-codec-jackson"), message);
    }
}
