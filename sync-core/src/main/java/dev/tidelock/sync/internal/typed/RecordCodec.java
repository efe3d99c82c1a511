package dev.tidelock.sync.internal.typed;

import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A codec of the app's, for whole records: whatever it throws is told as a {@link CodecException}, and what it does not know survives what it writes.
 *
 * @param <T> the app's type
 */
public final class RecordCodec<T> {
    private final Codec<T> codec;

    public RecordCodec(Codec<T> codec) {
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    /** @throws CodecException if the value is none of the codec's type, or the codec has a fault */
    public T decode(JsonValue json) {
        try {
            return Objects.requireNonNull(codec.decode(json), "what a codec has decoded");
        } catch (CodecException told) {
            throw told;
        } catch (RuntimeException fault) {
            throw new CodecException("the codec failed", fault);
        }
    }

    /** Shows records to {@code visitor}, and tells of those that do not decode. */
    public BiConsumer<String, JsonValue> decoding(
            BiConsumer<String, T> visitor, BiConsumer<String, CodecException> undecodable) {
        return (id, json) -> {
            T value;
            try {
                value = decode(json);
            } catch (CodecException reason) {
                undecodable.accept(id, reason);
                return;
            }
            visitor.accept(id, value);
        };
    }

    /** @throws CodecException if the value has no JSON form, or the codec has a fault */
    public JsonValue encode(T value) {
        Objects.requireNonNull(value, "value");
        try {
            return Objects.requireNonNull(codec.encode(value), "what a codec has encoded");
        } catch (CodecException told) {
            throw told;
        } catch (RuntimeException fault) {
            throw new CodecException("the codec failed", fault);
        }
    }

    /**
     * What becomes of a record when the app sets it: what the codec makes of the value, and of the stored one all that it does not know, if it can read it at
     * all. A codec sees the result as what the app has set.
     *
     * @param stored what is there, null if nothing is
     */
    public JsonValue over(@Nullable JsonValue stored, T value) {
        JsonValue fresh = encode(value);
        JsonValue known = stored == null ? null : viewOrNull(stored);
        if (stored == null || known == null) {
            return fresh;
        }
        JsonValue carried = CarryOver.of(stored, known, fresh);
        JsonValue meant = carried.equals(fresh) ? null : viewOrNull(fresh);
        return meant == null || meant.equals(viewOrNull(carried)) ? carried : harmless(carried, fresh, meant);
    }

    /**
     * Without the members that the codec does know, though it does not write them, as a former name of a member: an old one must not speak against what was set.
     */
    private JsonValue harmless(JsonValue carried, JsonValue fresh, JsonValue meant) {
        JsonObject whole = carried.asObject();
        JsonObject kept = fresh.asObject();
        if (whole == null || kept == null) {
            return fresh;
        }
        List<String> names = new ArrayList<>(whole.members().keySet());
        names.removeIf(name -> Objects.equals(whole.get(name), kept.get(name)));
        return harmless(whole, kept, meant, names);
    }

    /** Takes members by halves: few of many do harm. */
    private JsonObject harmless(JsonObject whole, JsonObject kept, JsonValue meant, List<String> names) {
        Map<String, JsonValue> members = new LinkedHashMap<>(kept.members());
        names.forEach(name -> members.put(name, Objects.requireNonNull(whole.get(name))));
        JsonObject with = JsonValue.object(members);
        if (meant.equals(viewOrNull(with))) {
            return with;
        }
        if (names.size() < 2) {
            return kept;
        }
        int half = names.size() / 2;
        JsonObject first = harmless(whole, kept, meant, names.subList(0, half));
        return harmless(whole, first, meant, names.subList(half, names.size()));
    }

    /** A value as the codec sees it; null if it does not decode. */
    private @Nullable JsonValue viewOrNull(JsonValue json) {
        try {
            return encode(decode(json));
        } catch (CodecException none) {
            return null;
        }
    }
}
