package dev.tidelock.sync.model;

import dev.tidelock.sync.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What a record was to whoever changed it, once they had: the change, applied to all that its author had seen. What others wrote at the same time is not in it.
 *
 * @param change the change; its device made it
 * @param millis when, by that device's clock, milliseconds since 1970
 * @param kind what kind of change it was
 * @param value the record after it; null if it was removed
 */
public record PastVersion(
        EventId change, long millis, Op.Kind kind, @Nullable JsonValue value) {
    /** The ids only: values are the user's data. */
    @Override
    public String toString() {
        return "PastVersion[" + change + " " + kind + "]";
    }
}
