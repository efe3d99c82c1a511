package dev.tidelock.sync.testkit;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ExpectationFailedException;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.model.Undone;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the users of a world can take back, and whether that makes the records what they were: undone whole, or refused. */
final class Undos {
    private final Map<SimulatedDevice, Written> last = new HashMap<>();

    /**
     * The last transaction of a device's app.
     *
     * @param before what its records were
     */
    private record Written(EventId first, int appVersion, Map<RecordKey, Optional<JsonValue>> before) {}

    /** A device's app writes; remembers that if it is acknowledged. */
    void write(SimulatedDevice device, List<Change> changes, boolean aborts) {
        long head = device.head();
        Map<RecordKey, Optional<JsonValue>> before = device.look(reader -> values(reader, changes));
        last.remove(device);
        device.write(changes, aborts);
        if (device.isRunning() && device.head() == head + changes.size()) {
            last.put(device, new Written(new EventId(device.id(), head + 1), device.appVersion(), before));
        }
    }

    private static Map<RecordKey, Optional<JsonValue>> values(StoreReader reader, List<Change> changes) {
        Map<RecordKey, Optional<JsonValue>> values = new LinkedHashMap<>();
        changes.forEach(change -> values.put(change.key(), value(reader, change.key())));
        return values;
    }

    private static Optional<JsonValue> value(StoreReader reader, RecordKey key) {
        return Optional.ofNullable(reader.record(key).value());
    }

    /** The user of a device takes back what its app wrote last, as long as that is the last that anybody did to these records. */
    void undo(SimulatedDevice device) {
        Written written = last.remove(device);
        if (written == null || device.isShared() || !device.look(reader -> canTell(device, reader, written))) {
            return;
        }
        long head = device.head();
        Undone undone = undone(device);
        List<Change> made = device.look(reader -> madeSince(device, reader, head));
        device.written().addAll(made); // also if the process ended before it could say so
        boolean whole = made.size() == written.before.size();
        if (!whole && (undone != null || !made.isEmpty())) {
            throw new SimulationFailure(
                    Kind.BROKEN,
                    "device " + device.number() + " undid a transaction of " + written.before.size() + " records with "
                            + made.size() + " changes");
        }
        if (whole) {
            device.look(reader -> requireAsBefore(device, reader, written));
        }
    }

    /** Whether it counts still, and what was there before is so, too; additions cannot be told from what takes them back. */
    private static boolean canTell(SimulatedDevice device, StoreReader reader, Written written) {
        StoredEvent first = reader.event(written.first);
        if (first == null
                || first.state() != EventState.APPLIED
                || device.appVersion() != written.appVersion
                || !device.id().equals(written.first.device())) {
            return false;
        }
        boolean[] doubtful = {false};
        // whose stamps were put right since, with what came before it: something else may have won then
        reader.events(RecordKey.control(device.id().toString()), EventState.APPLIED, 0, event -> {
            doubtful[0] |= event.id().device().equals(device.id()) && event.id().counter() >= written.first.counter();
        });
        for (RecordKey key : written.before.keySet()) {
            doubtful[0] |= key.collection().equals(Workload.COUNTERS);
            for (EventState state : List.of(EventState.VOID, EventState.VOID_UNREAD, EventState.QUARANTINED)) {
                reader.events(key, state, 0, event -> doubtful[0] = true);
            }
        }
        return !doubtful[0];
    }

    private static @Nullable Undone undone(SimulatedDevice device) {
        SyncClient client = device.client();
        List<Undone> undone = new ArrayList<>(1);
        device.act(() -> {
            try {
                client.undo().ifPresent(undone::add);
            } catch (ExpectationFailedException changedSince) {
                undone.clear();
            }
        });
        return undone.isEmpty() ? null : undone.get(0);
    }

    private static List<Change> madeSince(SimulatedDevice device, StoreReader reader, long head) {
        int count = (int) (reader.ownHead().counter() - head);
        List<Change> made = new ArrayList<>();
        if (count > 0) {
            for (StoredEvent stored : reader.transaction(device.id(), new TransactionSpan(head + 1, count))) {
                made.add(new Change(stored.event().key(), stored.event().op()));
            }
        }
        return made;
    }

    private static boolean requireAsBefore(SimulatedDevice device, StoreReader reader, Written written) {
        written.before.forEach((key, before) -> {
            Optional<JsonValue> now = value(reader, key);
            if (!Objects.equals(before, now)) {
                throw new SimulationFailure(
                        Kind.BROKEN,
                        "device " + device.number() + " undid a change of " + key + ", which was " + before
                                + " before it, and is " + now + " now");
            }
        });
        return true;
    }
}
