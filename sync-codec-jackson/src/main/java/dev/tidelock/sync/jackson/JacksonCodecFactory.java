package dev.tidelock.sync.jackson;

import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.codec.CodecFactory;

/** Binds any class with {@link JacksonCodec#of(Class)}. That this module is on the class path is enough: nobody needs to call this. */
public final class JacksonCodecFactory implements CodecFactory {
    @Override
    public <T> Codec<T> codecFor(Class<T> type) {
        return JacksonCodec.of(type);
    }
}
