package dev.tidelock.sync.http.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes one JSON object by hand. Strict UTF-8, no member twice, nothing after the object, nothing deep; a member that
 * the reader does not know is passed over, so that later versions may add some.
 */
final class JsonBody {
    private static final int DEPTH_MAX = 8;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(20)
                    .maxNameLength(128)
                    .maxStringLength(4096)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Names may be chosen by an attacker: keep none of them.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private JsonBody() {}

    /** What is to be done with one member; the parser stands at its value. */
    interface MemberReader {
        /** @return false if the member is unknown, and to be passed over */
        boolean read(String name, JsonParser value) throws IOException, WireFormatException;
    }

    /** What is to be done with one element of an array; the parser stands at it. */
    interface ElementReader {
        void read(JsonParser value) throws IOException, WireFormatException;
    }

    /** What writes the members of an object. */
    interface MemberWriter {
        void write(JsonGenerator out) throws IOException;
    }

    static void read(byte[] body, int bytesMax, MemberReader members) throws WireFormatException {
        if (body.length > bytesMax) {
            throw new WireFormatException(
                    "a JSON body of " + body.length + " bytes; at most " + bytesMax + " are accepted");
        }
        try (JsonParser parser = JSON.createParser(utf8(body))) {
            parser.nextToken();
            object(parser, members);
            if (parser.nextToken() != null) {
                throw new WireFormatException("something follows the JSON object");
            }
        } catch (JsonProcessingException broken) {
            // The full message would quote the source.
            throw new WireFormatException(
                    "not the JSON that is expected: " + broken.getClass().getSimpleName(), broken);
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading memory", impossible);
        }
    }

    private static String utf8(byte[] body) throws WireFormatException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException broken) {
            throw new WireFormatException("a JSON body is not UTF-8", broken);
        }
    }

    static void object(JsonParser parser, MemberReader members) throws IOException, WireFormatException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new WireFormatException("not a JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (!members.read(name, parser)) {
                parser.skipChildren();
            }
        }
    }

    static void array(JsonParser parser, String name, int countMax, ElementReader elements)
            throws IOException, WireFormatException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new WireFormatException("'" + name + "' is not an array");
        }
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (++count > countMax) {
                throw new WireFormatException("'" + name + "' has more than " + countMax + " elements");
            }
            elements.read(parser);
        }
    }

    static String text(JsonParser parser, String name) throws IOException, WireFormatException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new WireFormatException("'" + name + "' is not a text");
        }
        return parser.getText();
    }

    static long number(JsonParser parser, String name, long min, long max) throws IOException, WireFormatException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new WireFormatException("'" + name + "' is not an integer");
        }
        long value = parser.getLongValue();
        if (value < min || value > max) {
            throw new WireFormatException("'" + name + "' is " + value + "; it must be " + min + " to " + max);
        }
        return value;
    }

    /** Milliseconds since 1970. */
    static long millis(JsonParser parser, String name) throws IOException, WireFormatException {
        return number(parser, name, 0, Long.MAX_VALUE);
    }

    static <T> T required(@Nullable T value, String name) throws WireFormatException {
        if (value == null) {
            throw new WireFormatException("'" + name + "' is missing");
        }
        return value;
    }

    static byte[] write(MemberWriter members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = JSON.createGenerator(out)) {
            generator.writeStartObject();
            members.write(generator);
            generator.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing memory", impossible);
        }
        return out.toByteArray();
    }

    /** A text for people, cut to what fits. */
    static String cut(String text) {
        return text.length() <= WireLimits.DETAIL_CHARACTERS_MAX
                ? text
                : text.substring(0, WireLimits.DETAIL_CHARACTERS_MAX);
    }
}
