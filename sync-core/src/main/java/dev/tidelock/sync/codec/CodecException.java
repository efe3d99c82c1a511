package dev.tidelock.sync.codec;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonString;
import dev.tidelock.sync.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value is none of the app's type, or a value of the app's has no JSON form. The message names the member, what was expected and what was found, and
 * holds nothing of the user's data: the keys of a {@linkplain Codecs#map map} show as {@code *}.
 */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String path;

    /** The path as the message has it. */
    private final String shown;

    /** @param problem what is wrong, in words, without the user's data */
    public CodecException(String problem) {
        this(problem, null);
    }

    /**
     * @param problem what is wrong, in words, without the user's data
     * @param cause what the app's own code threw, if it did
     */
    public CodecException(String problem, @Nullable Throwable cause) {
        this(problem, "", "", cause);
    }

    private CodecException(String problem, String path, String shown, @Nullable Throwable cause) {
        super(shown.isEmpty() ? problem : problem + ", at " + shown, cause);
        this.problem = problem;
        this.path = path;
        this.shown = shown;
    }

    /** For a JSON value of another type than the one that a codec reads. */
    public static CodecException expected(String what, JsonValue found) {
        return new CodecException("expected " + what + ", found " + kind(found));
    }

    private static String kind(JsonValue value) {
        if (value instanceof JsonObject) {
            return "an object";
        } else if (value instanceof JsonArray) {
            return "an array";
        } else if (value instanceof JsonString) {
            return "a string";
        } else if (value instanceof JsonNumber number) {
            return number.isInteger() ? "an integer" : "a number";
        }
        return value == JsonValue.NULL ? "null" : value.toJson();
    }

    /** Where in the value: a JSON pointer (RFC 6901), empty for the value itself. May hold the user's data, as the key of a map. */
    public String path() {
        return path;
    }

    /** The same, seen from the object that the value is a member of. */
    public CodecException inMember(String name) {
        return under(escaped(name), escaped(name));
    }

    /** The same, seen from the array that the value is an item of. */
    public CodecException inItem(int index) {
        return under(Integer.toString(index), Integer.toString(index));
    }

    /** The same, seen from the map that the value is an entry of. Its key may be the user's data, and does not show in the message. */
    public CodecException inEntry(String key) {
        return under(escaped(key), "*");
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private CodecException under(String step, String shownStep) {
        CodecException outer = new CodecException(problem, "/" + step + path, "/" + shownStep + shown, getCause());
        outer.setStackTrace(getStackTrace());
        return outer;
    }
}
