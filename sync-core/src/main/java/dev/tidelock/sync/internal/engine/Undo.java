package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.internal.fold.Fold;
import dev.tidelock.sync.internal.fold.FoldFailure;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ExpectationFailedException;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordVersion;
import dev.tidelock.sync.model.Undone;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Undoes the last transaction that the app made on this device: what that is, the store knows. */
final class Undo {
    private final StoreReader reader;
    private final Fold fold;
    private final DeviceId device;
    private final LocalWrites writes;

    Undo(StoreReader reader, Fold fold, DeviceId device, LocalWrites writes) {
        this.reader = reader;
        this.fold = fold;
        this.device = device;
        this.writes = writes;
    }

    /** A record that the transaction changed. */
    private static final class Changed {
        final EventId first;
        EventId last;

        Changed(EventId first) {
            this.first = first;
            this.last = first;
        }
    }

    /** Undoes it; null if there is none. */
    @Nullable
    Undone run() {
        List<Event> transaction = last();
        if (transaction.isEmpty()) {
            return null;
        }
        Map<RecordKey, Changed> records = new LinkedHashMap<>();
        for (Event event : transaction) {
            if (!event.key().isControl()) {
                records.computeIfAbsent(event.key(), first -> new Changed(event.id())).last = event.id();
            }
        }
        records.forEach(this::requireUntouched);
        records.forEach(this::undo);
        return new Undone(transaction.get(0).id(), new ArrayList<>(records.keySet()));
    }

    private void requireUntouched(RecordKey key, Changed changed) {
        RecordVersion left = new RecordVersion(List.of(changed.last));
        RecordVersion found = writes.version(key);
        if (!found.equals(left)) {
            throw new ExpectationFailedException(key, "version " + left + ", as it was left", "version " + found);
        }
    }

    private void undo(RecordKey key, Changed changed) {
        try {
            StoredEvents events = new StoredEvents(reader, key, List.of());
            JsonValue before = fold.valueBefore(events, new VoidLedger(reader).standIns(key), changed.first);
            writes.write(key, before == null ? Op.delete() : Op.put(before));
        } catch (FoldFailure refused) {
            throw new WriteRefusedException(
                    "what a record was before cannot be said: " + refused.getMessage(), refused);
        }
    }

    /** The last transaction of this device that counts, and that it made for its app; none if there is none. */
    private List<Event> last() {
        long counter = reader.ownHead().counter();
        while (counter > 0) {
            StoredEvent stored = reader.event(new EventId(device, counter));
            if (stored == null) {
                return List.of();
            }
            List<Event> transaction = new ArrayList<>();
            boolean counts = true;
            for (StoredEvent one : reader.transaction(device, stored.event().transaction())) {
                transaction.add(one.event());
                counts &= one.state() == EventState.APPLIED;
            }
            boolean isTheApps =
                    transaction.stream().anyMatch(event -> !event.key().isControl())
                            && !Voiding.isOfAnother(transaction.get(0), device);
            if (counts && isTheApps) {
                return transaction;
            }
            counter = stored.event().transaction().first() - 1;
        }
        return List.of();
    }
}
