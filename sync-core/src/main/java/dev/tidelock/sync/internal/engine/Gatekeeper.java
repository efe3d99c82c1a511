package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.gate.ApplyGate;
import dev.tidelock.sync.gate.Incoming;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the app's gate about what other devices wrote, and holds back with a transaction what was written by someone who had seen it. */
final class Gatekeeper {
    private final @Nullable ApplyGate gate;
    private final DeviceId self;

    Gatekeeper(@Nullable ApplyGate gate, DeviceId self) {
        this.gate = gate;
        this.self = self;
    }

    /** Whether nothing is ever held back. */
    boolean isOpen() {
        return gate == null;
    }

    /** What a whole transaction waits for; null if it may come in. */
    @Nullable
    String holdBack(StoreReader reader, List<Event> transaction) {
        ApplyGate asked = gate;
        if (asked == null || transaction.get(0).device().equals(self)) {
            return null;
        }
        for (Event event : transaction) {
            for (EventId parent : event.parents()) {
                if (isHeld(reader, parent, event)) {
                    return "it follows " + parent + ", which is held back";
                }
            }
        }
        try {
            return asked.holdBack(new Seen(reader, transaction));
        } catch (RuntimeException failed) {
            return "the gate failed: " + failed;
        }
    }

    private static boolean isHeld(StoreReader reader, EventId parent, Event event) {
        boolean own =
                parent.device().equals(event.device()) && event.transaction().contains(parent.counter());
        StoredEvent stored = own ? null : reader.event(parent);
        if (stored == null || stored.state() != EventState.QUARANTINED) {
            return false;
        }
        String id = new EventId(parent.device(), stored.event().transaction().first()).toString();
        return reader.quarantine().stream()
                .anyMatch(item ->
                        item.reason() == QuarantineItem.Reason.HELD && item.id().equals(id));
    }

    /** A transaction as the app sees it. */
    private record Seen(StoreReader reader, List<Event> transaction) implements Incoming {
        @Override
        public DeviceId device() {
            return transaction.get(0).device();
        }

        @Override
        public long millis() {
            return transaction.get(0).stamp().millis();
        }

        @Override
        public List<Change> changes() {
            List<Change> changes = new ArrayList<>();
            for (Event event : transaction) {
                if (!event.key().isControl()) {
                    changes.add(new Change(event.key(), event.op()));
                }
            }
            return changes;
        }

        @Override
        public Optional<JsonValue> get(String collection, String id) {
            RecordKey key = new RecordKey(RecordKey.requireCollection(collection), id);
            return Optional.ofNullable(reader.record(key).value());
        }
    }
}
