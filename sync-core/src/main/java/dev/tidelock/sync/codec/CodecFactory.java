package dev.tidelock.sync.codec;

import org.jspecify.annotations.Nullable;

/**
 * Makes codecs for classes that the app has registered none for. Found with {@link java.util.ServiceLoader}: a module that has one names it in {@code
 * META-INF/services/dev.tidelock.sync.codec.CodecFactory}. Of several, the first that can is asked.
 */
public interface CodecFactory {
    /**
     * A codec for a class; null if this factory has none for it.
     *
     * @throws IllegalArgumentException if the class is one for this factory, but has something that it cannot handle; the message says what to do
     */
    <T> @Nullable Codec<T> codecFor(Class<T> type);
}
