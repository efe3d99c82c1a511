package dev.tidelock.sync.codec;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One member of an {@link ObjectCodec}: its name, how to get it from a value, and how it is written.
 *
 * @param <T> the app's type
 * @param <V> the member's
 */
public final class Member<T, V extends @Nullable Object> {
    private final Members<T> owner;
    private final int index;
    private final String name;
    private final Function<? super T, ? extends @Nullable Object> getter;
    private final Codec<?> codec;
    private final boolean required;

    /** What stands for one that is not there, if it is not required. */
    private final @Nullable Object absent;

    Member(
            Members<T> owner,
            int index,
            String name,
            Function<? super T, ? extends @Nullable Object> getter,
            Codec<?> codec) {
        this(owner, index, name, getter, codec, true, null);
    }

    private Member(
            Members<T> owner,
            int index,
            String name,
            Function<? super T, ? extends @Nullable Object> getter,
            Codec<?> codec,
            boolean required,
            @Nullable Object absent) {
        this.owner = owner;
        this.index = index;
        this.name = name;
        this.getter = getter;
        this.codec = codec;
        this.required = required;
        this.absent = absent;
    }

    /** Where the member is absent or null, it is read as {@code value}: for one that earlier versions of the app did not write. It is always written. */
    public Member<T, V> orElse(V value) {
        Objects.requireNonNull(value, "value");
        return owner.replace(new Member<>(owner, index, name, getter, codec, false, value));
    }

    /** Where the member is absent or null, it is read as null; a null is written by leaving it out. */
    public Member<T, @Nullable V> orNull() {
        return owner.replace(new Member<T, @Nullable V>(owner, index, name, getter, codec, false, null));
    }

    String name() {
        return name;
    }

    int index() {
        return index;
    }

    /** The member of an object; null if it is left out. */
    @Nullable
    JsonValue encodeFrom(T object) {
        Object value = getter.apply(object);
        if (value == null) {
            if (!required && absent == null) {
                return null;
            }
            throw new CodecException("null in " + owner.type() + ", which must not be; allow it with orNull()")
                    .inMember(name);
        }
        try {
            return encode(value);
        } catch (CodecException refused) {
            throw refused.inMember(name);
        }
    }

    /** The getter gives what the codec takes: {@link Members#member} says so, and nobody else makes one. */
    @SuppressWarnings("unchecked")
    private JsonValue encode(Object value) {
        return ((Codec<Object>) codec).encode(value);
    }

    @Nullable
    Object decodeFrom(JsonObject object) {
        JsonValue json = object.get(name);
        if (!required && (json == null || json == JsonValue.NULL)) {
            return absent;
        }
        try {
            if (json == null) {
                throw new CodecException("a member of " + owner.type() + " that is not there");
            }
            return codec.decode(json);
        } catch (CodecException refused) {
            throw refused.inMember(name);
        }
    }
}
