package dev.tidelock.sync.cell;

import dev.tidelock.sync.json.JsonValue;
import java.util.Objects;

/**
 * What was written last under a key.
 *
 * @param key the app's name for it
 * @param writtenMillis when its author wrote it, by that device's clock, in milliseconds since 1970: a relay can show an old value again, so show its age
 * @param version tells it from what was written before and will be written next
 */
public record StateCell(String key, JsonValue value, long writtenMillis, String version) {
    public StateCell {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(version, "version");
    }

    /** Without key and value, which are nobody's business in a log. */
    @Override
    public String toString() {
        return "StateCell[version=" + version + ", writtenMillis=" + writtenMillis + "]";
    }
}
