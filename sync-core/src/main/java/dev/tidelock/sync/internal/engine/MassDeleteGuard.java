package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notices that another device is about to delete most of what is here. Its deletes then wait in quarantine until somebody has looked at them; what it
 * writes besides is not held up.
 */
final class MassDeleteGuard {
    private final int deletesMin;
    private final int percentMin;

    /** How many records each device's envelopes have deleted in this sync. */
    private final Map<DeviceId, Long> deleted = new HashMap<>();

    /** So many records there are at least, as far as this sync has counted and deleted them. */
    private long recordsMin;

    /**
     * @param deletesMin so many deletes within one sync are nothing to ask about, if there are fewer
     * @param percentMin nor is a smaller part of the records
     */
    MassDeleteGuard(int deletesMin, int percentMin) {
        this.deletesMin = deletesMin;
        this.percentMin = percentMin;
    }

    /** Another sync begins. */
    void reset() {
        deleted.clear();
        recordsMin = 0;
    }

    /** Whether the deletes among these events of one device are to wait. */
    boolean holds(StoreReader reader, List<Event> events) {
        long deletes = deletesOf(reader, events);
        if (deletes == 0) {
            return false;
        }
        DeviceId author = events.get(0).device();
        long before = deleted.getOrDefault(author, 0L);
        boolean many = before + deletes >= deletesMin && isMuch(reader, before, deletes);
        boolean waiting = reader.quarantineCount() > 0
                && reader.quarantine().stream()
                        .anyMatch(item -> item.reason() == QuarantineItem.Reason.MASS_DELETE && item.isBy(author));
        if (!many && !waiting) {
            deleted.put(author, before + deletes);
            recordsMin -= deletes;
        }
        return many || waiting;
    }

    /** Counts the records only if they may be too few: there can be a million of them, and deletes in every envelope. */
    private boolean isMuch(StoreReader reader, long before, long deletes) {
        long enough = (before + deletes) * 100;
        if (enough < (recordsMin + before) * percentMin) {
            return false;
        }
        recordsMin = reader.recordCount();
        return enough >= (recordsMin + before) * percentMin;
    }

    private static long deletesOf(StoreReader reader, List<Event> events) {
        Set<RecordKey> keys = new HashSet<>();
        for (Event event : events) {
            if (event.op().kind() == Op.Kind.DELETE
                    && reader.record(event.key()).value() != null) {
                keys.add(event.key());
            }
        }
        return keys.size();
    }
}
