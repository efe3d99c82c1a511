package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoredEvent;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The content of a {@link MemoryDisk}. Whoever changes it adds the step that undoes the change. */
final class MemoryTables {
    /** Undoes what the transaction under way has changed, run from the end. */
    final List<Runnable> undo = new ArrayList<>();

    /** The records of which the transaction under way has changed anything. */
    final Set<RecordKey> touched = new LinkedHashSet<>();

    @Nullable
    StoreIdentity identity;

    OwnHead ownHead = OwnHead.NONE;
    long observedReading;

    final Map<RecordKey, RecordState> records = new HashMap<>();
    final Map<RecordKey, RecordState> recordsWithConflicts = new HashMap<>();

    /** By collection, in the order in which they were added; a collection without any has no entry. */
    final Map<String, List<MemoryIndex>> indexes = new HashMap<>();

    /** By device and counter. */
    final Map<DeviceId, Map<Long, HeldEvent>> events = new HashMap<>();

    final Map<RecordKey, List<HeldEvent>> eventsByRecord = new HashMap<>();
    final TreeMap<Long, HeldEvent> unsealed = new TreeMap<>();

    final TreeMap<DeviceId, Chain> chains = new TreeMap<>();
    final Map<EnvelopeHash, HeldEnvelope> envelopes = new HashMap<>();
    final Map<String, TreeMap<Long, HeldEnvelope>> outboxes = new HashMap<>();

    final Map<String, Cursor> cursors = new HashMap<>();
    final Map<String, SyncOutcome> outcomes = new HashMap<>();
    final Map<String, String> notes = new HashMap<>();
    final Map<String, Set<EnvelopeHash>> logs = new HashMap<>();
    final Map<List<DeviceId>, SeenHead> seenHeads = new LinkedHashMap<>();
    final Map<IncidentKey, Incident> incidents = new LinkedHashMap<>();
    long lastSequence;
    final Map<String, HeldItem> quarantine = new LinkedHashMap<>();

    /** An event, and whether it counts. */
    static final class HeldEvent {
        final Event event;
        EventState state;
        private final long mark;
        private int valueBytes = -1;

        HeldEvent(Event event, EventState state) {
            this.event = event;
            this.state = state;
            JsonNumber number = event.op().kind() == Op.Kind.DELETE
                    ? null
                    : event.op().value().asNumber();
            // -2 and 1 hash alike
            long content = SeededRandom.mix(event.hashCode()) + (number == null ? 0 : bits(number));
            this.mark = SeededRandom.mix(content) ^ event.id().hashCode();
        }

        private static long bits(JsonNumber number) {
            return number.isInteger() ? number.longValue() : Double.doubleToLongBits(number.doubleValue());
        }

        /** Differs with all that the event says, and with its state; 0 for one that does not count yet. */
        long mark() {
            boolean waits = state == EventState.WAITING || state == EventState.QUARANTINED;
            return waits ? 0 : SeededRandom.mix(mark + 0x9e3779b97f4a7c15L * (state.ordinal() + 1));
        }

        /** Whether the app wrote it, and not the engine for itself. */
        boolean isApps() {
            return !event.key().isControl();
        }

        boolean isVoid() {
            return state == EventState.VOID || state == EventState.VOID_UNREAD;
        }

        StoredEvent stored() {
            return new StoredEvent(event, state);
        }

        int valueBytes() {
            if (valueBytes < 0) {
                valueBytes = event.op().kind() == Op.Kind.DELETE
                        ? 0
                        : event.op().value().toUtf8().length;
            }
            return valueBytes;
        }
    }

    /** What there is one incident of. */
    record IncidentKey(Incident.Kind kind, @Nullable DeviceId device) {}

    /** An envelope, and when it came compared to the others. */
    record HeldEnvelope(Envelope envelope, long sequence) {}

    /** An item of quarantine, and what is kept with it. */
    record HeldItem(QuarantineItem item, byte @Nullable [] bytes) {}

    /** One device's envelopes, in the order of their counters. */
    static final class Chain {
        EnvelopeChain head;
        final List<HeldEnvelope> envelopes = new ArrayList<>();

        Chain(EnvelopeChain head) {
            this.head = head;
        }
    }

    MemoryTables copy() {
        if (!undo.isEmpty()) {
            throw new IllegalStateException("a copy within a transaction");
        }
        MemoryTables copy = new MemoryTables();
        copy.identity = identity;
        copy.ownHead = ownHead;
        copy.observedReading = observedReading;
        copy.records.putAll(records);
        copy.recordsWithConflicts.putAll(recordsWithConflicts);
        indexes.forEach((collection, kept) -> {
            List<MemoryIndex> copied = new ArrayList<>();
            kept.forEach(index -> copied.add(index.copy()));
            copy.indexes.put(collection, copied);
        });
        events.forEach((device, held) -> {
            Map<Long, HeldEvent> copied = new HashMap<>();
            held.forEach((counter, one) -> copied.put(counter, new HeldEvent(one.event, one.state)));
            copy.events.put(device, copied);
        });
        eventsByRecord.forEach((key, held) -> {
            List<HeldEvent> copied = new ArrayList<>();
            held.forEach(one -> copied.add(Objects.requireNonNull(copy.event(one.event.id()))));
            copy.eventsByRecord.put(key, copied);
        });
        unsealed.forEach(
                (counter, held) -> copy.unsealed.put(counter, Objects.requireNonNull(copy.event(held.event.id()))));
        chains.forEach((device, chain) -> {
            Chain copied = new Chain(chain.head);
            copied.envelopes.addAll(chain.envelopes);
            copy.chains.put(device, copied);
        });
        copy.envelopes.putAll(envelopes);
        outboxes.forEach((remote, outbox) -> copy.outboxes.put(remote, new TreeMap<>(outbox)));
        copy.cursors.putAll(cursors);
        copy.outcomes.putAll(outcomes);
        copy.notes.putAll(notes);
        logs.forEach((remote, log) -> copy.logs.put(remote, new HashSet<>(log)));
        copy.seenHeads.putAll(seenHeads);
        copy.incidents.putAll(incidents);
        copy.lastSequence = lastSequence;
        copy.quarantine.putAll(quarantine);
        return copy;
    }

    @Nullable
    HeldEvent event(EventId id) {
        return eventsOf(id.device()).get(id.counter());
    }

    /** The events of a device that are held, by their counters. */
    Map<Long, HeldEvent> eventsOf(DeviceId device) {
        return events.getOrDefault(device, Map.of());
    }
}
