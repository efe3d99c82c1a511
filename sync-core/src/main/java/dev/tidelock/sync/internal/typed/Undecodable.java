package dev.tidelock.sync.internal.typed;

import dev.tidelock.sync.codec.CodecException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Counts the records that do not decode, while the others are shown. */
public final class Undecodable implements BiConsumer<String, CodecException> {
    private long count;
    private @Nullable CodecException first;

    @Override
    public void accept(String id, CodecException reason) {
        count++;
        if (first == null) {
            first = reason;
        }
    }

    /** @throws CodecException if there were any */
    public void throwIfAny() {
        if (first != null) {
            String what = count == 1 ? "a record does not decode" : count + " records do not decode; the first";
            throw new CodecException(what + ": " + first.getMessage(), first);
        }
    }
}
