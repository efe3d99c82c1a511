package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.internal.fold.Fold;
import dev.tidelock.sync.internal.fold.FoldFailure;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.HybridClock;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes received events count, within one store transaction: whole transactions only, each record folded once.
 *
 * <p>Usually an event applies directly to its record's state. If one does not, or if something that counted no longer does, all events of the record are
 * folded anew. A transaction that a strategy fails on goes to quarantine as a whole, and what it touched is folded without it.
 */
final class EventApplier {
    private final Fold fold;
    private final SyncRuntime runtime;

    EventApplier(Fold fold, SyncRuntime runtime) {
        this.fold = fold;
        this.runtime = runtime;
    }

    Batch batch(StoreTransaction tx) {
        return new Batch(tx);
    }

    /** Events that are applied together; {@link #finish} folds them. */
    final class Batch {
        private final StoreTransaction tx;
        private final PullOutcome outcome = new PullOutcome();
        private final long highestReading;

        /** Events that count from now on, by record; a record with null is folded from all its events. */
        private final Map<RecordKey, @Nullable List<Event>> arrived = new LinkedHashMap<>();

        private Batch(StoreTransaction tx) {
            this.tx = tx;
            long latestMillis = runtime.wallMillis() + SyncLimits.CLOCK_DRIFT_MAX.toMillis();
            this.highestReading = HybridClock.START.tick(latestMillis).reading();
        }

        /** Adds events of one device, consecutive, not held before. */
        void add(List<Event> events) {
            outcome.pulledEvents += events.size();
            for (Event event : events) {
                TransactionSpan span = event.transaction();
                if (span.size() == 1) {
                    addSingle(event);
                } else {
                    tx.addEvent(event, EventState.WAITING);
                    if (event.id().counter() == span.last()) {
                        admit(event.device(), span);
                    }
                }
            }
        }

        private void addSingle(Event event) {
            if (isFromTheFuture(event)) {
                tx.addEvent(event, EventState.QUARANTINED);
                quarantineFuture(event.device(), event.transaction(), event.stamp());
            } else {
                tx.addEvent(event, EventState.APPLIED);
                count(event);
            }
        }

        /** Makes a transaction count if all of it is held and its time has come. */
        void admit(DeviceId device, TransactionSpan span) {
            List<StoredEvent> held = tx.transaction(device, span);
            boolean whole = held.size() == span.size()
                    && held.stream()
                            .allMatch(stored -> stored.event().transaction().equals(span));
            if (!whole) {
                return; // the rest is in an envelope that cannot be opened; that one is in quarantine, and tried again
            }
            Event last = held.get(held.size() - 1).event();
            if (held.stream().anyMatch(stored -> isFromTheFuture(stored.event()))) {
                tx.setState(device, span, EventState.QUARANTINED);
                quarantineFuture(device, span, last.stamp());
                return;
            }
            tx.setState(device, span, EventState.APPLIED);
            held.forEach(stored -> count(stored.event()));
        }

        private boolean isFromTheFuture(Event event) {
            return event.stamp().reading() > highestReading;
        }

        private void quarantineFuture(DeviceId device, TransactionSpan span, Stamp stamp) {
            long aheadMillis = stamp.millis() - runtime.wallMillis();
            quarantine(
                    device,
                    span,
                    QuarantineItem.Reason.FUTURE_CLOCK,
                    "its stamp is " + aheadMillis / 1000 + " s in the future");
        }

        private void count(Event event) {
            tx.observe(event.stamp().reading());
            if (!arrived.containsKey(event.key())) {
                arrived.put(event.key(), new ArrayList<>());
            }
            List<Event> ofRecord = arrived.get(event.key());
            if (ofRecord != null) {
                ofRecord.add(event);
            }
        }

        /** Folds every record that is touched, and says what came of it. */
        PullOutcome finish() {
            Deque<RecordKey> open = new ArrayDeque<>(arrived.keySet());
            Map<RecordKey, Set<EventId>> conflictsBefore = new LinkedHashMap<>();
            while (!open.isEmpty()) {
                RecordKey key = open.remove();
                RecordState before = tx.record(key);
                conflictsBefore.computeIfAbsent(key, first -> conflictIds(before));
                try {
                    RecordState after = fold(key, before, arrived.get(key));
                    tx.setRecord(key, after);
                    outcome.changedKeys.add(key);
                    Set<EventId> known = conflictsBefore.getOrDefault(key, Set.of());
                    outcome.newConflicts += after.conflicts().stream()
                            .filter(conflict -> known == null || !known.contains(conflict.id()))
                            .count();
                } catch (FoldFailure failure) {
                    for (RecordKey touched : quarantine(failure)) {
                        arrived.put(touched, null);
                        open.remove(touched);
                        open.add(touched);
                    }
                }
            }
            return outcome;
        }

        private RecordState fold(RecordKey key, RecordState before, @Nullable List<Event> events) throws FoldFailure {
            RecordState state = before;
            for (int i = 0; events != null && state != null && i < events.size(); i++) {
                state = fold.applyDirectly(state, events.get(i));
            }
            return events == null || state == null ? fold.ofAll(tx.events(key)) : state;
        }

        /** The transaction of the event that the fold failed on stops counting; its records are folded without it. */
        private Set<RecordKey> quarantine(FoldFailure failure) {
            Event event = failure.event();
            tx.setState(event.device(), event.transaction(), EventState.QUARANTINED);
            quarantine(event.device(), event.transaction(), failure.reason(), String.valueOf(failure.getMessage()));
            Set<RecordKey> touched = new HashSet<>();
            tx.transaction(event.device(), event.transaction())
                    .forEach(stored -> touched.add(stored.event().key()));
            return touched;
        }

        private void quarantine(DeviceId device, TransactionSpan span, QuarantineItem.Reason reason, String detail) {
            String id = new EventId(device, span.first()).toString();
            tx.addToQuarantine(
                    new QuarantineItem(id, reason, device, span.first(), span.size(), detail, runtime.wallMillis()),
                    null);
        }
    }

    private static Set<EventId> conflictIds(RecordState state) {
        Set<EventId> ids = new HashSet<>();
        for (Conflict conflict : state.conflicts()) {
            ids.add(conflict.id());
        }
        return ids;
    }
}
