package dev.tidelock.sync.jackson;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.codec.ObjectCodec;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;

/**
 * Reads and writes values of a class as Jackson databind does.
 *
 * <p>64-bit integers are kept exactly. What a record cannot keep is refused with its path: numbers that are not finite, integers beyond 64 bits, a {@code BigDecimal}
 * that no double equals. Safe for use by any number of threads.
 *
 * <p>Not for records on Android, where their components cannot be read; bind them with {@link ObjectCodec}, which needs no reflection. An app that is minified needs
 * rules that keep the names of its classes' members.
 *
 * @param <T> the app's type
 */
public final class JacksonCodec<T> implements Codec<T> {
    /** The class above a record after Android's D8 has rewritten it. */
    private static final String ANDROID_RECORD = "com.android.tools.r8.RecordTag";

    private final ObjectMapper mapper;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final String name;

    private JacksonCodec(ObjectMapper mapper, JavaType type) {
        this.mapper = mapper;
        this.reader = mapper.readerFor(type);
        this.writer = mapper.writerFor(type);
        this.name = type.getRawClass().getSimpleName();
        Class<?> above = type.getRawClass().getSuperclass();
        if (above != null && above.getName().equals(ANDROID_RECORD)) {
            throw new IllegalArgumentException(
                    type.getRawClass().getName()
                            + " is a record, and on Android its components cannot be read: bind it with ObjectCodec, and register that with SyncClientBuilder.codec()");
        }
    }

    /**
     * With the {@linkplain #newMapper mapper} of this module.
     *
     * @throws IllegalArgumentException if the class is a record, and this is Android
     */
    public static <T> Codec<T> of(Class<T> type) {
        return of(Shared.MAPPER, type);
    }

    /**
     * With a mapper of the app's. It should pass over unknown members, or records of later versions of the app do not decode.
     *
     * @throws IllegalArgumentException if the class is a record, and this is Android
     */
    public static <T> Codec<T> of(ObjectMapper mapper, Class<T> type) {
        return new JacksonCodec<>(mapper, mapper.constructType(Objects.requireNonNull(type, "type")));
    }

    /** As {@link #of(ObjectMapper, Class)}, for a type with parameters. */
    public static <T> Codec<T> of(ObjectMapper mapper, TypeReference<T> type) {
        return new JacksonCodec<>(mapper, mapper.constructType(Objects.requireNonNull(type, "type")));
    }

    /**
     * A mapper as this module uses it, for the app to change: it passes over unknown members, leaves out members that are null, writes points in time as text (ISO
     * 8601), takes no string for a number (but for a {@code BigDecimal} or {@code BigInteger}) nor the reverse, cuts off no fraction, and knows {@link JsonValue} for what is to stay JSON.
     */
    public static ObjectMapper newMapper() {
        return JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .addModule(new JsonValueModule())
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(LogicalType.Textual, config -> {
                    config.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                    config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                    config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                })
                // What is too long or too precise for a JSON number is written as a string.
                .withCoercionConfig(BigDecimal.class, JacksonCodec::takeStrings)
                .withCoercionConfig(BigInteger.class, JacksonCodec::takeStrings)
                .build();
    }

    private static void takeStrings(MutableCoercionConfig config) {
        config.setCoercion(CoercionInputShape.String, CoercionAction.TryConvert);
    }

    @Override
    public JsonValue encode(T value) {
        try (TokenBuffer buffer = new TokenBuffer(mapper, false)) {
            writer.writeValue(buffer, value);
            return Tokens.read(buffer.asParserOnFirstToken());
        } catch (IOException refused) {
            throw Refusals.ofWriting(name, refused);
        }
    }

    @Override
    public T decode(JsonValue json) {
        try (TokenBuffer buffer = new TokenBuffer(mapper, false)) {
            Tokens.write(json, buffer);
            T value = reader.readValue(buffer.asParser());
            if (value == null) {
                throw CodecException.expected(Refusals.kind(reader.getValueType()), json);
            }
            return value;
        } catch (IOException refused) {
            throw Refusals.ofReading(name, json, refused);
        }
    }

    /** Made when it is first needed. */
    private static final class Shared {
        static final ObjectMapper MAPPER = newMapper();
    }
}
