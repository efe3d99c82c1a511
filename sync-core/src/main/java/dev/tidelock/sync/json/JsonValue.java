package dev.tidelock.sync.json;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable JSON value in canonical form: what a record holds, and what strategies and reducers work on.
 *
 * <p>Two values are equal exactly when their canonical bytes are. The form is that of RFC 8785 (members in the order of their
 * UTF-16 code units, no white space, ECMAScript numbers), with one extension: every integer that fits 64 bits is kept exactly.
 * What cannot be kept without loss is refused with its path: integers beyond 64 bits that a double would change, numbers
 * beyond the range of a double, duplicate members, lone surrogates, and nesting deeper than {@value #DEPTH_MAX}.
 *
 * <p>Safe for use by any number of threads.
 */
public abstract class JsonValue {
    /** The deepest nesting of objects and arrays that is accepted. */
    public static final int DEPTH_MAX = 100;

    /** JSON {@code null}. Not the same as an absent record. */
    public static final JsonValue NULL = new Literal("null");

    /** JSON {@code true}. */
    public static final JsonValue TRUE = new Literal("true");

    /** JSON {@code false}. */
    public static final JsonValue FALSE = new Literal("false");

    JsonValue() {}

    /**
     * Reads one JSON text.
     *
     * @throws JsonFormatException if it is not JSON, or holds something that has no canonical form; the message says what and where
     */
    public static JsonValue parse(String text) {
        return JsonParsing.parse(text);
    }

    /** As {@link #parse(String)}, from UTF-8 bytes. */
    public static JsonValue parse(byte[] utf8) {
        return JsonParsing.parse(utf8, 0, utf8.length);
    }

    /** As {@link #parse(byte[])}, from a part of an array. */
    public static JsonValue parse(byte[] utf8, int offset, int length) {
        return JsonParsing.parse(utf8, offset, length);
    }

    /** {@link #TRUE} or {@link #FALSE}. */
    public static JsonValue of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /** A whole number, kept exactly. */
    public static JsonNumber of(long value) {
        return JsonNumber.ofLong(value);
    }

    /** @throws JsonFormatException if {@code value} is infinite or not a number */
    public static JsonNumber of(double value) {
        return JsonNumber.ofDouble(value, "");
    }

    /** @throws JsonFormatException if {@code value} holds a lone surrogate */
    public static JsonString of(String value) {
        return new JsonString(JsonParsing.requireWellFormed(value, ""));
    }

    /** @throws JsonFormatException if the result would be nested too deeply */
    public static JsonArray array(List<JsonValue> items) {
        return items.isEmpty() ? JsonArray.EMPTY : new JsonArray(List.copyOf(items));
    }

    /** @throws JsonFormatException if a name holds a lone surrogate, or the result would be nested too deeply */
    public static JsonObject object(Map<String, JsonValue> members) {
        if (members.isEmpty()) {
            return JsonObject.EMPTY;
        }
        String[] names = members.keySet().toArray(new String[0]);
        Arrays.sort(names); // the order of String is that of UTF-16 code units, as RFC 8785 asks
        JsonValue[] values = new JsonValue[names.length];
        for (int i = 0; i < names.length; i++) {
            JsonParsing.requireWellFormed(names[i], "");
            values[i] = Objects.requireNonNull(members.get(names[i]));
        }
        return new JsonObject(new Members(names, values));
    }

    /** The canonical text. */
    public final String toJson() {
        return CanonicalWriter.text(this);
    }

    /** The canonical text in UTF-8. */
    public final byte[] toUtf8() {
        return CanonicalWriter.utf8(this);
    }

    /** This value as an object, or null if it is none. */
    public @Nullable JsonObject asObject() {
        return null;
    }

    /** This value as an array, or null if it is none. */
    public @Nullable JsonArray asArray() {
        return null;
    }

    /** This value as a number, or null if it is none. */
    public @Nullable JsonNumber asNumber() {
        return null;
    }

    /** This value's characters, or null if it is no string. */
    public @Nullable String asString() {
        return null;
    }

    /** How many levels of objects and arrays this value has; 0 for a plain one. */
    abstract int depth();

    static int depthAbove(int inner) {
        if (inner >= DEPTH_MAX) {
            throw new JsonFormatException("nested deeper than " + DEPTH_MAX + " levels", "");
        }
        return inner + 1;
    }

    /** The canonical text, so that a value reads well in a message. Never log one: it is the user's data. */
    @Override
    public final String toString() {
        return toJson();
    }

    /** {@code null}, {@code true} or {@code false}: three instances, equal by identity. */
    static final class Literal extends JsonValue {
        final String text;

        private Literal(String text) {
            this.text = text;
        }

        @Override
        int depth() {
            return 0;
        }
    }
}
