package dev.tidelock.sync.codec;

import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Codecs for plain values, and for what is made of them. They guess at nothing: a number is not a string of digits, and an {@code int} has no fraction.
 */
public final class Codecs {
    /** Strings of well-formed Unicode. */
    public static final Codec<String> STRING = new Plain<>("a string", JsonValue::asString, JsonValue::of);

    /** JSON {@code true} or {@code false}. */
    public static final Codec<Boolean> BOOLEAN = new Plain<>("true or false", Codecs::truth, JsonValue::of);

    /** Integers of 32 bits. */
    public static final Codec<Integer> INT = new Plain<>("an integer of 32 bits", Codecs::intValue, JsonValue::of);

    /** Integers of 64 bits, kept exactly. */
    public static final Codec<Long> LONG = new Plain<>("an integer of 64 bits", Codecs::longValue, JsonValue::of);

    /** Finite doubles. An integer beyond 53 bits that somebody else wrote is read as the nearest one. Minus zero becomes zero. */
    public static final Codec<Double> DOUBLE = new Plain<>("a number", Codecs::doubleValue, JsonValue::of);

    /** JSON as it is, whatever it is. */
    public static final Codec<JsonValue> JSON = new Plain<>("anything", json -> json, value -> value);

    /** Points in time as text, such as {@code "2026-11-28T17:00:00Z"}, to the nanosecond. To put records in the order of time, {@link #INSTANT_MILLIS} is better: text of this form is not in it. */
    public static final Codec<Instant> INSTANT = new Plain<>(
            "a point in time such as \"2026-11-28T17:00:00Z\"", Codecs::instant, at -> JsonValue.of(at.toString()));

    /** Points in time as the milliseconds since 1970; what is finer is cut off. */
    public static final Codec<Instant> INSTANT_MILLIS =
            new Plain<>("the milliseconds of a point in time", Codecs::instantOfMillis, Codecs::millis);

    private Codecs() {}

    private static @Nullable Boolean truth(JsonValue json) {
        return json == JsonValue.TRUE ? Boolean.TRUE : json == JsonValue.FALSE ? Boolean.FALSE : null;
    }

    private static @Nullable Long longValue(JsonValue json) {
        JsonNumber number = json.asNumber();
        return number == null || !number.isInteger() ? null : (Long) number.longValue();
    }

    private static @Nullable Integer intValue(JsonValue json) {
        Long value = longValue(json);
        return value == null || value != value.intValue() ? null : (Integer) value.intValue();
    }

    private static @Nullable Double doubleValue(JsonValue json) {
        JsonNumber number = json.asNumber();
        return number == null ? null : (Double) number.doubleValue();
    }

    private static @Nullable Instant instant(JsonValue json) {
        String text = json.asString();
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException none) {
            return null;
        }
    }

    private static @Nullable Instant instantOfMillis(JsonValue json) {
        Long millis = longValue(json);
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    private static JsonValue millis(Instant at) {
        try {
            return JsonValue.of(at.toEpochMilli());
        } catch (ArithmeticException beyondLong) {
            throw new CodecException("a point in time whose milliseconds do not fit 64 bits");
        }
    }

    /** Lists: arrays in which every item is what {@code items} reads. What is decoded cannot be changed. */
    public static <E> Codec<List<E>> list(Codec<E> items) {
        return new ListCodec<>(Objects.requireNonNull(items, "items"));
    }

    /** Maps with keys of the app's choice: objects in which every member is what {@code values} reads. What is decoded cannot be changed, and is in the order of its keys' UTF-16 units. */
    public static <V> Codec<Map<String, V>> map(Codec<V> values) {
        return new MapCodec<>(Objects.requireNonNull(values, "values"));
    }

    /**
     * The constants of an enum, by their names.
     *
     * @param constants {@code values()}; a name of none of them does not decode
     */
    public static <E extends Enum<E>> Codec<E> enumeration(E[] constants) {
        return byName(constants, null);
    }

    /**
     * The constants of an enum, by their names.
     *
     * @param constants {@code values()}
     * @param unknown what a name of none of them is read as: later versions of the app may have more. As long as the app leaves it alone, the record keeps the
     *     name that it has
     */
    public static <E extends Enum<E>> Codec<E> enumeration(E[] constants, E unknown) {
        return byName(constants, Objects.requireNonNull(unknown, "unknown"));
    }

    private static <E extends Enum<E>> Codec<E> byName(E[] constants, @Nullable E unknown) {
        Map<String, E> names = new LinkedHashMap<>();
        for (E constant : constants) {
            names.put(constant.name(), constant);
        }
        String what = names.keySet().stream().collect(Collectors.joining("\", \"", "one of \"", "\""));
        return new Plain<>(
                what,
                json -> {
                    String name = json.asString();
                    return name == null ? null : names.getOrDefault(name, unknown);
                },
                constant -> JsonValue.of(constant.name()));
    }

    /** A type that is written as another one: {@code Codecs.via(Codecs.STRING, UUID::fromString, UUID::toString)}. What {@code read} refuses with an exception does not decode. */
    public static <V, T> Codec<T> via(
            Codec<V> codec, Function<? super V, ? extends T> read, Function<? super T, ? extends V> write) {
        return new ViaCodec<>(codec, read, write);
    }

    /** A codec that exists only when it is first used: for types that hold themselves. */
    public static <T> Codec<T> later(Supplier<Codec<T>> codec) {
        Objects.requireNonNull(codec, "codec");
        return new Codec<>() {
            @Override
            public JsonValue encode(T value) {
                return codec.get().encode(value);
            }

            @Override
            public T decode(JsonValue json) {
                return codec.get().decode(json);
            }
        };
    }

    /** @param read null for what is none of its kind */
    private record Plain<T>(String what, Function<JsonValue, @Nullable T> read, Function<T, JsonValue> write)
            implements Codec<T> {
        @Override
        public JsonValue encode(T value) {
            try {
                return write.apply(value);
            } catch (JsonFormatException refused) {
                throw new CodecException(String.valueOf(refused.getMessage()));
            }
        }

        @Override
        public T decode(JsonValue json) {
            T value = read.apply(json);
            if (value == null) {
                throw CodecException.expected(what, json);
            }
            return value;
        }
    }
}
