package dev.tidelock.sync.live;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A record that is another one than before.
 *
 * @param id the record's id
 * @param value what it is now; null if it is there no more
 * @param device who made the latest of its changes; null if none of them counts any more
 * @param millis when that was, by that device's clock, milliseconds since 1970; 0 if none of them counts any more
 */
public record RecordChange(
        String id, @Nullable JsonValue value, @Nullable DeviceId device, long millis) {
    /** Whether the record is there no more. */
    public boolean isDeleted() {
        return value == null;
    }

    /** Without id and value, which are the user's data. */
    @Override
    public String toString() {
        return "RecordChange[" + (value == null ? "deleted" : "changed") + " by " + device + " at " + millis + "]";
    }
}
