package dev.tidelock.sync.model;

import dev.tidelock.sync.json.JsonValue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an event does to its record. Immutable. */
public final class Op {
    /** The kinds of op. */
    public enum Kind {
        /** Sets the whole value. */
        PUT,
        /** Changes members: JSON Merge Patch, RFC 7396. */
        PATCH,
        /** Removes the record. */
        DELETE,
        /** What the reducer of that name says. */
        NAMED
    }

    /** The longest name of a named op, in bytes of UTF-8. */
    public static final int NAME_BYTES_MAX = 100;

    private static final Op DELETE = new Op(Kind.DELETE, null, null);

    private final Kind kind;
    private final @Nullable String name;
    private final @Nullable JsonValue value;

    private Op(Kind kind, @Nullable String name, @Nullable JsonValue value) {
        this.kind = kind;
        this.name = name;
        this.value = value;
    }

    /** Sets the whole value. */
    public static Op put(JsonValue value) {
        return new Op(Kind.PUT, null, Objects.requireNonNull(value, "value"));
    }

    /** Changes members, as JSON Merge Patch does: a member that is {@code null} in the patch is removed. */
    public static Op patch(JsonValue patch) {
        return new Op(Kind.PATCH, null, Objects.requireNonNull(patch, "patch"));
    }

    /** Removes the record. */
    public static Op delete() {
        return DELETE;
    }

    /** @throws IllegalArgumentException if the name is empty or longer than {@value #NAME_BYTES_MAX} bytes */
    public static Op named(String name, JsonValue argument) {
        int bytes = Utf8.length(name);
        if (bytes < 1 || bytes > NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an op name of " + bytes + " bytes; 1 to " + NAME_BYTES_MAX + " are accepted");
        }
        if (!Utf8.isWellFormed(name)) {
            throw new IllegalArgumentException(
                    "an op name with half of a surrogate pair; well-formed Unicode is accepted");
        }
        return new Op(Kind.NAMED, name, Objects.requireNonNull(argument, "argument"));
    }

    /** What it does. */
    public Kind kind() {
        return kind;
    }

    /** The name of a named op. */
    public String name() {
        return Objects.requireNonNull(name, "only a named op has a name");
    }

    /** The value of a put, the patch of a patch, the argument of a named op. */
    public JsonValue value() {
        return Objects.requireNonNull(value, "a delete has no value");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Op that
                && kind == that.kind
                && Objects.equals(name, that.name)
                && Objects.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, name, value);
    }

    /** The kind only: values are the user's data. */
    @Override
    public String toString() {
        return kind.toString();
    }
}
