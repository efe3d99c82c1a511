package dev.tidelock.sync.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectCodecTest {
    enum Color {
        RED,
        BLUE
    }

    record Author(String name, int age) {
        Author {
            if (age < 0) {
                throw new IllegalArgumentException("an age of " + age);
            }
        }
    }

    record Note(
            String title,
            boolean done,
            long size,
            double weight,
            Instant due,
            Color color,
            Author author,
            List<String> tags,
            Map<String, Author> readers,
            JsonValue extra) {}

    record Node(String name, List<Node> children) {
        static final Codec<Node> CODEC = ObjectCodec.of(Node.class, members -> {
            var name = members.string("name", Node::name);
            var children = members.list("children", Node::children, Codecs.later(() -> Node.CODEC));
            return read -> new Node(read.get(name), read.get(children));
        });
    }

    private static final Codec<Author> AUTHOR = ObjectCodec.of(Author.class, members -> {
        var name = members.string("name", Author::name);
        var age = members.intNumber("age", Author::age).orElse(0);
        return read -> new Author(read.get(name), read.get(age));
    });

    private static final Codec<Note> NOTE = ObjectCodec.of(Note.class, members -> {
        var title = members.string("title", Note::title);
        var done = members.flag("done", Note::done);
        var size = members.longNumber("size", Note::size);
        var weight = members.doubleNumber("weight", Note::weight);
        var due = members.instant("due", Note::due).orNull();
        var color = members.enumeration("color", Note::color, Color.values());
        var author = members.member("author", Note::author, AUTHOR);
        var tags = members.list("tags", Note::tags, Codecs.STRING).orElse(List.of());
        var readers = members.map("readers", Note::readers, AUTHOR);
        var extra = members.json("extra", Note::extra).orNull();
        return read -> new Note(
                read.get(title),
                read.get(done),
                read.get(size),
                read.get(weight),
                read.get(due),
                read.get(color),
                read.get(author),
                read.get(tags),
                read.get(readers),
                read.get(extra));
    });

    private static final Note FULL = new Note(
            "Hello",
            true,
            Long.MIN_VALUE,
            0.5,
            Instant.EPOCH,
            Color.BLUE,
            new Author("Ann", 41),
            List.of("a", "b"),
            Map.of("x", new Author("Bob", 0)),
            JsonValue.parse("[1,null]"));

    private static final String FULL_JSON =
            "{\"author\":{\"age\":41,\"name\":\"Ann\"},\"color\":\"BLUE\",\"done\":true,"
                    + "\"due\":\"1970-01-01T00:00:00Z\",\"extra\":[1,null],\"readers\":{\"x\":{\"age\":0,\"name\":\"Bob\"}},"
                    + "\"size\":-9223372036854775808,\"tags\":[\"a\",\"b\"],\"title\":\"Hello\",\"weight\":0.5}";

    private static CodecException refusal(String from, String to) {
        String json = FULL_JSON.replace(from, to);
        return assertThrows(CodecException.class, () -> NOTE.decode(JsonValue.parse(json)));
    }

    @Test
    void record_withMembersOfEachType_goesThereAndBack() {
        assertEquals(FULL_JSON, NOTE.encode(FULL).toJson());
        assertEquals(FULL, NOTE.decode(JsonValue.parse(FULL_JSON)));
    }

    @Test
    void decode_whatIsOptional_mayBeAbsentOrNull() {
        Note bare = NOTE.decode(
                JsonValue.parse("{\"author\":{\"name\":\"Ann\",\"age\":null},\"color\":\"RED\",\"done\":false,"
                        + "\"due\":null,\"readers\":{},\"size\":1,\"title\":\"\",\"weight\":1,\"unknown\":{}}"));
        assertNull(bare.due());
        assertNull(bare.extra());
        assertEquals(List.of(), bare.tags());
        assertEquals(0, bare.author().age());
        String json = NOTE.encode(bare).toJson();
        assertFalse(json.contains("due") || json.contains("extra") || json.contains("unknown"), json);
        assertTrue(json.contains("\"tags\":[]"), json);
    }

    @Test
    void decode_memberThatIsWrong_namesItsPath() {
        assertEquals(
                "expected a string, found an integer, at /title",
                refusal("\"Hello\"", "5").getMessage());
        assertEquals("/author/name", refusal("\"Ann\"", "null").path());
        assertEquals(
                "a member of Note that is not there, at /title",
                refusal("\"title\"", "\"titel\"").getMessage());
        assertEquals("/tags/1", refusal("\"b\"", "{}").path());
        CodecException inMap = refusal("\"Bob\"", "false");
        assertEquals("/readers/x/name", inMap.path());
        assertEquals("expected a string, found false, at /readers/*/name", inMap.getMessage());
        assertThrows(CodecException.class, () -> NOTE.decode(JsonValue.of("Hello")));
    }

    @Test
    void decode_whatTheConstructorRefuses_tellsTheCause() {
        CodecException refused = refusal("41", "-1");
        assertEquals("Author cannot be made of what was read, at /author", refused.getMessage());
        assertEquals("an age of -1", refused.getCause().getMessage());
    }

    @Test
    void encode_nullWhereNoneMayBe_isRefused() {
        Note untitled = new Note(null, true, 1, 1, null, Color.RED, new Author("A", 1), List.of(), Map.of(), null);
        CodecException refused = assertThrows(CodecException.class, () -> NOTE.encode(untitled));
        assertEquals("null in Note, which must not be; allow it with orNull(), at /title", refused.getMessage());
        Note notFinite = new Note(
                "", true, 1, Double.POSITIVE_INFINITY, null, Color.RED, new Author("A", 1), List.of(), Map.of(), null);
        assertEquals(
                "/weight",
                assertThrows(CodecException.class, () -> NOTE.encode(notFinite)).path());
    }

    @Test
    void typeThatHoldsItself_goesThereAndBack() {
        Node tree = new Node(
                "root", List.of(new Node("leaf", List.of()), new Node("twig", List.of(new Node("bud", List.of())))));
        assertEquals(tree, Node.CODEC.decode(Node.CODEC.encode(tree)));
        Node deep = new Node("bottom", List.of());
        for (int i = 0; i < 60; i++) {
            deep = new Node("level", List.of(deep));
        }
        Node tooDeep = deep;
        assertThrows(CodecException.class, () -> Node.CODEC.encode(tooDeep));
    }

    @Test
    void definition_thatIsWrong_isRefusedAtOnce() {
        IllegalArgumentException twice = assertThrows(
                IllegalArgumentException.class,
                () -> ObjectCodec.of(Author.class, members -> {
                    var name = members.string("name", Author::name);
                    members.string("name", Author::name);
                    return read -> new Author(read.get(name), 0);
                }));
        assertTrue(twice.getMessage().contains("'name' twice"), twice.getMessage());
    }

    @Test
    void member_ofAnotherCodec_orUsedAfterItsDefinition_isRefused() {
        List<Members<Author>> kept = new java.util.ArrayList<>();
        Codec<Author> confused = ObjectCodec.of(Author.class, members -> {
            var name = members.string("name", Author::name);
            name.orElse("nobody"); // what it returns is thrown away
            kept.add(members);
            return read -> new Author(read.get(name), 0);
        });
        CodecException refused =
                assertThrows(CodecException.class, () -> confused.decode(JsonValue.parse("{\"name\":\"Ann\"}")));
        assertTrue(
                refused.getCause().getMessage().contains("orElse()"),
                refused.getCause().getMessage());
        assertThrows(IllegalStateException.class, () -> kept.get(0).string("late", Author::name));
    }
}
