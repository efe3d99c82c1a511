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
 * writes besides is not held up. Safe for use by any number of threads: a sync goes on while a peer brings something.
 */
final class MassDeleteGuard {
    private final int deletesMin;
    private final int percentMin;

    /** What each device's envelopes have deleted in this sync, and not written again. */
    private final Map<DeviceId, Gone> gone = new HashMap<>();

    /** So many records there were at least, those that are gone included, when they were last counted in this sync. */
    private long recordsMin;

    /** Records that are gone: by key, so that it is noticed when one comes back; beyond a bound, only how many. */
    private static final class Gone {
        private static final int KEYS_MAX = 10_000;

        private final Set<RecordKey> keys = new HashSet<>();
        private long others;

        long count() {
            return keys.size() + others;
        }

        void add(RecordKey key) {
            if (keys.size() < KEYS_MAX) {
                keys.add(key);
            } else if (!keys.contains(key)) {
                others++;
            }
        }
    }

    /**
     * @param deletesMin so many deletes within one sync are nothing to ask about, if there are fewer
     * @param percentMin nor is a smaller part of the records
     */
    MassDeleteGuard(int deletesMin, int percentMin) {
        this.deletesMin = deletesMin;
        this.percentMin = percentMin;
    }

    /** Another sync begins. */
    synchronized void reset() {
        gone.clear();
        recordsMin = 0;
    }

    /** Whether the deletes among these events of one device are to wait. What it deletes and writes again is not gone. */
    synchronized boolean holds(StoreReader reader, List<Event> events) {
        if (events.isEmpty()) {
            return false; // nothing is whole yet: a transaction goes on in the next envelope
        }
        DeviceId author = events.get(0).device();
        Gone ofAuthor = gone.computeIfAbsent(author, first -> new Gone());
        long before = ofAuthor.count();
        boolean deletes = false;
        for (Event event : events) {
            if (event.op().kind() != Op.Kind.DELETE) {
                ofAuthor.keys.remove(event.key());
            } else if (reader.record(event.key()).value() != null) {
                ofAuthor.add(event.key());
                deletes = true;
            }
        }
        return deletes && (isMany(reader, before, ofAuthor.count()) || isWaiting(reader, author));
    }

    /** Counts the records only if they may be too few: there can be a million of them, and deletes in every envelope. */
    private boolean isMany(StoreReader reader, long before, long count) {
        if (count < deletesMin || count * 100 < recordsMin * percentMin) {
            return false;
        }
        recordsMin = reader.recordCount() + before;
        return count * 100 >= recordsMin * percentMin;
    }

    /** Whether deletes of this device wait already: then the next ones do, too. */
    private static boolean isWaiting(StoreReader reader, DeviceId author) {
        return reader.quarantineCount() > 0
                && reader.quarantine().stream()
                        .anyMatch(item -> item.reason() == QuarantineItem.Reason.MASS_DELETE && item.isBy(author));
    }
}
