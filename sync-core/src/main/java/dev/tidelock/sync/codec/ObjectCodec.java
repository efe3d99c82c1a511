package dev.tidelock.sync.codec;

import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Binds a record or a class to a JSON object, member by member, without reflection: it works the same on Android, and whatever a shrinker does to the names of
 * the app's classes.
 *
 * <pre>{@code
 * record Note(String title, List<String> tags) {}
 *
 * static final Codec<Note> NOTE = ObjectCodec.of(Note.class, members -> {
 *     var title = members.string("title", Note::title);
 *     var tags = members.list("tags", Note::tags, Codecs.STRING).orElse(List.of());
 *     return read -> new Note(read.get(title), read.get(tags));
 * });
 * }</pre>
 *
 * <p>Members that it does not name are passed over when it reads. What the app's constructor refuses with an exception does not decode.
 *
 * @param <T> the app's type
 */
public final class ObjectCodec<T> implements Codec<T> {
    private final String type;
    private final List<Member<T, ?>> members;
    private final Function<Reading, T> make;

    private ObjectCodec(String type, List<Member<T, ?>> members, Function<Reading, T> make) {
        this.type = type;
        this.members = members;
        this.make = make;
    }

    /**
     * @param definition names the members, and says how to make a value of them. It runs once, now
     * @throws IllegalArgumentException if a member is named twice
     */
    public static <T> Codec<T> of(Class<T> type, Function<Members<T>, Function<Reading, T>> definition) {
        String name = type.getSimpleName();
        Members<T> members = new Members<>(name);
        Function<Reading, T> make = Objects.requireNonNull(definition.apply(members), "definition");
        return new ObjectCodec<>(name, members.end(), make);
    }

    @Override
    public JsonValue encode(T value) {
        Map<String, JsonValue> encoded = new LinkedHashMap<>();
        for (Member<T, ?> member : members) {
            JsonValue json = member.encodeFrom(value);
            if (json != null) {
                encoded.put(member.name(), json);
            }
        }
        try {
            return JsonValue.object(encoded);
        } catch (JsonFormatException tooDeep) {
            throw new CodecException(String.valueOf(tooDeep.getMessage()));
        }
    }

    @Override
    public T decode(JsonValue json) {
        JsonObject object = json.asObject();
        if (object == null) {
            throw CodecException.expected("an object", json);
        }
        Reading reading = new Reading(members, object);
        try {
            return Objects.requireNonNull(make.apply(reading), "what was made");
        } catch (RuntimeException refused) {
            throw new CodecException(type + " cannot be made of what was read", refused);
        }
    }

    /** The members of one JSON object, decoded: valid while a value is made of it. */
    public static final class Reading {
        private final List<? extends Member<?, ?>> members;
        private final @Nullable Object[] values;

        /** Decodes all of them: also one that is not asked for must be right. */
        private Reading(List<? extends Member<?, ?>> members, JsonObject object) {
            this.members = members;
            this.values = new Object[members.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = members.get(i).decodeFrom(object);
            }
        }

        /** @throws IllegalArgumentException if the member is of another codec, or was changed with {@code orElse} or {@code orNull} after it was kept */
        @SuppressWarnings("unchecked") // a member decodes what it is a member for
        public <V extends @Nullable Object> V get(Member<?, V> member) {
            int index = member.index();
            if (index >= values.length || members.get(index) != member) {
                throw new IllegalArgumentException("'" + member.name()
                        + "' is a member of another codec; use what orElse() or orNull() has returned");
            }
            return (V) values[index];
        }
    }
}
