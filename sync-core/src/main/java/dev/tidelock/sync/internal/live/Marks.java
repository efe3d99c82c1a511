package dev.tidelock.sync.internal.live;

import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SyncLimits;
import java.util.HashSet;
import java.util.Set;

/** Which records of a collection may have changed: some, or, where that would be too many to remember, any. Not safe for use by several threads. */
final class Marks {
    private final Set<String> ids = new HashSet<>();
    private boolean everything;

    /** Marks those of one collection. */
    void add(String collection, Set<RecordKey> keys) {
        for (RecordKey key : keys) {
            if (!everything && key.collection().equals(collection)) {
                ids.add(key.id());
            }
        }
        if (ids.size() > SyncLimits.MARKED_RECORDS_MAX) {
            addEverything();
        }
    }

    void addEverything() {
        everything = true;
        ids.clear();
    }

    void addAll(Marks others) {
        if (others.everything) {
            addEverything();
        } else if (!everything) {
            ids.addAll(others.ids);
        }
    }

    /** Whether any record may have changed; {@link #ids} are then empty. */
    boolean isEverything() {
        return everything;
    }

    boolean isEmpty() {
        return !everything && ids.isEmpty();
    }

    Set<String> ids() {
        return ids;
    }
}
