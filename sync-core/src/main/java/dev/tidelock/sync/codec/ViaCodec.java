package dev.tidelock.sync.codec;

import dev.tidelock.sync.json.JsonValue;
import java.util.Objects;
import java.util.function.Function;

/** See {@link Codecs#via}. */
final class ViaCodec<V, T> implements Codec<T> {
    private final Codec<V> codec;
    private final Function<? super V, ? extends T> read;
    private final Function<? super T, ? extends V> write;

    ViaCodec(Codec<V> codec, Function<? super V, ? extends T> read, Function<? super T, ? extends V> write) {
        this.codec = Objects.requireNonNull(codec, "codec");
        this.read = Objects.requireNonNull(read, "read");
        this.write = Objects.requireNonNull(write, "write");
    }

    @Override
    public JsonValue encode(T value) {
        return codec.encode(write.apply(value));
    }

    @Override
    public T decode(JsonValue json) {
        V plain = codec.decode(json);
        try {
            return read.apply(plain);
        } catch (CodecException refused) {
            throw refused;
        } catch (RuntimeException refused) {
            throw new CodecException("what it is made from is refused by the app", refused);
        }
    }
}
