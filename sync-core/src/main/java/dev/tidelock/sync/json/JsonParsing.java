package dev.tidelock.sync.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON text to values, through Jackson's streaming parser. */
final class JsonParsing {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonValue.DEPTH_MAX)
                    .maxStringLength(64 << 20)
                    .maxNameLength(64 << 20) // what can be written can be read: the limit is that of the whole value
                    .build())
            .disable(
                    JsonFactory.Feature
                            .FAIL_ON_SYMBOL_HASH_OVERFLOW) // depends on chance, and so differs between devices
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // it would keep names of any length for good
            .build();

    /** How the parser names the text that it reads, which says nothing to a user. */
    private static final Pattern SOURCE = Pattern.compile(" \\(start marker at \\[Source.*\\]\\)");

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final JsonParser parser;

    /** The names so far: most are there many times, and need memory once. */
    private final Map<String, String> names = new HashMap<>();

    private JsonParsing(JsonParser parser) {
        this.parser = parser;
    }

    static JsonValue parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return new JsonParsing(parser).whole();
        } catch (JsonProcessingException notJson) {
            throw notJson(notJson);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // nothing here does I/O
        }
    }

    /** Decodes first, and strictly: the parser would guess at UTF-16 and UTF-32, and take bytes that are no UTF-8. */
    static JsonValue parse(byte[] utf8, int offset, int length) {
        int start = startsWithByteOrderMark(utf8, offset, length) ? BYTE_ORDER_MARK.length : 0;
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8, offset + start, length - start))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new JsonFormatException("not JSON: the bytes are not UTF-8", "");
        }
        return parse(text);
    }

    /** Some programs begin a file with one. */
    private static boolean startsWithByteOrderMark(byte[] bytes, int offset, int length) {
        for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
            if (i >= length || bytes[offset + i] != BYTE_ORDER_MARK[i]) {
                return false;
            }
        }
        return true;
    }

    private static JsonFormatException notJson(JsonProcessingException problem) {
        String where = problem.getLocation() == null
                ? ""
                : " (line " + problem.getLocation().getLineNr() + ", column "
                        + problem.getLocation().getColumnNr() + ")";
        String first = String.valueOf(problem.getOriginalMessage()).split("\n", 2)[0];
        return new JsonFormatException("not JSON: " + SOURCE.matcher(first).replaceAll("") + where, "");
    }

    private JsonValue whole() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new JsonFormatException("not JSON: the text is empty", "");
        }
        JsonValue value = value(first, null);
        if (parser.nextToken() != null) {
            throw new JsonFormatException("not JSON: there is more after the value", "");
        }
        return value;
    }

    private JsonValue value(JsonToken token, @Nullable Path path) throws IOException {
        switch (token) {
            case START_OBJECT:
                return object(path);
            case START_ARRAY:
                return array(path);
            case VALUE_STRING:
                return new JsonString(requireWellFormed(parser.getText(), path));
            case VALUE_NUMBER_INT:
                return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? JsonNumber.ofText(parser.getText(), pointer(path))
                        : JsonNumber.ofLong(parser.getLongValue());
            case VALUE_NUMBER_FLOAT:
                return JsonNumber.ofText(parser.getText(), pointer(path));
            case VALUE_TRUE:
                return JsonValue.TRUE;
            case VALUE_FALSE:
                return JsonValue.FALSE;
            case VALUE_NULL:
                return JsonValue.NULL;
            default:
                throw new JsonFormatException("not JSON: unexpected " + token, pointer(path));
        }
    }

    private JsonObject object(@Nullable Path path) throws IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String name = names.computeIfAbsent(parser.currentName(), first -> first);
            Path inner = new Path(path, name);
            if (members.put(name, value(parser.nextToken(), inner)) != null) {
                throw new JsonFormatException("a member that is there twice", inner.pointer());
            }
        }
        return JsonValue.object(members);
    }

    private JsonArray array(@Nullable Path path) throws IOException {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(token, new Path(path, Integer.toString(items.size()))));
        }
        return JsonValue.array(items);
    }

    private static String requireWellFormed(String text, @Nullable Path path) {
        return hasLoneSurrogate(text) ? requireWellFormed(text, pointer(path)) : text;
    }

    static String requireWellFormed(String text, String path) {
        if (hasLoneSurrogate(text)) {
            throw new JsonFormatException("a string with half of a surrogate pair", path);
        }
        return text;
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    private static String pointer(@Nullable Path path) {
        return path == null ? "" : path.pointer();
    }

    /** Where the parser is; turned into a JSON pointer only when something is refused. */
    private static final class Path {
        private final @Nullable Path outer;
        private final String step;

        Path(@Nullable Path outer, String step) {
            this.outer = outer;
            this.step = step;
        }

        String pointer() {
            String escaped = step.replace("~", "~0").replace("/", "~1");
            return JsonParsing.pointer(outer) + "/" + escaped;
        }
    }
}
