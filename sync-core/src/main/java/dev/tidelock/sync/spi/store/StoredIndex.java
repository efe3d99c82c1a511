package dev.tidelock.sync.spi.store;

import dev.tidelock.sync.internal.keys.IndexKeys;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Index;
import java.util.List;

/**
 * An index that a store keeps.
 *
 * @param collection of whose records
 * @param index what it keeps of them
 * @param ready whether every record is in it
 */
public record StoredIndex(String collection, Index index, boolean ready) {
    /** The keys under which a record of that value stands in the index: none twice, maybe none at all. What they mean does not concern the store. */
    public List<byte[]> keysOf(JsonValue value) {
        return IndexKeys.of(index, value);
    }
}
