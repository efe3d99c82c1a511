package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** Canonical bytes of values. A put writes one value twice, to its record and as an event: it is encoded once. For one thread at a time. */
final class ValueBytes {
    private @Nullable JsonValue last;
    private byte @Nullable [] lastBytes;

    @SuppressWarnings("ReferenceEquality") // that it is the very same value is quick to see, and all that is needed
    byte @Nullable [] of(@Nullable JsonValue value) {
        if (value == null) {
            return null;
        }
        if (value != last) {
            lastBytes = value.toUtf8();
            last = value;
        }
        return lastBytes;
    }
}
