package dev.tidelock.sync.internal.typed;

import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.codec.CodecFactory;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The codecs of a client, by class: those that the app has registered, then what the factories make that are on the class path. Safe for use by several threads. */
public final class CodecLookup {
    private final Map<Class<?>, Codec<?>> codecs;

    /** @param registered each for the class that it is the codec of */
    public CodecLookup(Map<Class<?>, Codec<?>> registered) {
        codecs = new ConcurrentHashMap<>(registered);
    }

    /** @throws IllegalArgumentException if there is none for the class; the message says what to do */
    @SuppressWarnings("unchecked") // a class is the key of a codec of it only
    public <T> Codec<T> codec(Class<T> type) {
        return (Codec<T>) codecs.computeIfAbsent(type, CodecLookup::made);
    }

    private static <T> Codec<T> made(Class<T> type) {
        try {
            for (CodecFactory factory : ServiceLoader.load(CodecFactory.class, CodecFactory.class.getClassLoader())) {
                @Nullable Codec<T> codec = factory.codecFor(type);
                if (codec != null) {
                    return codec;
                }
            }
        } catch (ServiceConfigurationError broken) {
            throw new IllegalStateException(
                    "a module with codecs cannot be used; are all that it depends on there?", broken);
        }
        throw new IllegalArgumentException(
                "there is no codec for " + type.getName()
                        + ": add the module sync-codec-jackson, or register a codec with SyncClientBuilder.codec(), or pass one");
    }
}
