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

    /** Whether a stamp does not lie too far in the future (any more). */
    boolean hasCome(Stamp stamp) {
        return stamp.reading() <= highestReading();
    }

    private long highestReading() {
        long latestMillis = runtime.wallMillis() + SyncLimits.CLOCK_DRIFT_MAX.toMillis();
        return HybridClock.START.tick(latestMillis).reading();
    }

    /** Events that are applied together; {@link #finish} folds them. */
    final class Batch {
        private final StoreTransaction tx;
        private final PullOutcome outcome = new PullOutcome();
        private final long highestReading;
        private final Map<RecordKey, Arrived> records = new LinkedHashMap<>();

        private Batch(StoreTransaction tx) {
            this.tx = tx;
            this.highestReading = highestReading();
        }

        /** Adds the events of one envelope: consecutive, of one device, not held before. */
        void add(List<Event> events) {
            outcome.pulledEvents += events.size();
            int start = 0;
            while (start < events.size()) {
                TransactionSpan span = events.get(start).transaction();
                int end = start;
                while (end < events.size() && span.contains(events.get(end).id().counter())) {
                    end++;
                }
                addPart(span, events.subList(start, end));
                start = end;
            }
        }

        /** Most transactions are whole within their envelope; the parts of others wait in the store for the last one. */
        private void addPart(TransactionSpan span, List<Event> part) {
            DeviceId device = part.get(0).device();
            if (part.size() < span.size()) {
                part.forEach(event -> tx.addEvent(event, EventState.WAITING));
                long last = part.get(part.size() - 1).id().counter();
                if (last == span.last() || tx.event(new EventId(device, last + 1)) != null) {
                    admit(device, span); // an envelope that could not be opened at first comes after its successors
                }
            } else if (isFromTheFuture(part)) {
                part.forEach(event -> tx.addEvent(event, EventState.QUARANTINED));
                quarantineFuture(part);
            } else {
                part.forEach(event -> count(event).unstored.add(event));
            }
        }

        /** Makes a transaction that is held count, if all of it is there and its time has come. */
        void admit(DeviceId device, TransactionSpan span) {
            List<Event> held = new ArrayList<>();
            for (StoredEvent stored : tx.transaction(device, span)) {
                if (stored.event().transaction().equals(span)) {
                    held.add(stored.event());
                }
            }
            if (held.size() < span.size()) {
                return; // the rest is in an envelope that cannot be opened; that one is in quarantine, and tried again
            }
            boolean future = isFromTheFuture(held);
            tx.setState(device, span, future ? EventState.QUARANTINED : EventState.APPLIED);
            if (future) {
                quarantineFuture(held);
            } else {
                held.forEach(this::count);
            }
        }

        private boolean isFromTheFuture(List<Event> transaction) {
            return transaction.stream().anyMatch(event -> event.stamp().reading() > highestReading);
        }

        private void quarantineFuture(List<Event> transaction) {
            Event last = transaction.get(transaction.size() - 1);
            long aheadSeconds = (last.stamp().millis() - runtime.wallMillis()) / 1000;
            String detail = "its stamp is " + aheadSeconds + " s in the future";
            quarantine(last, QuarantineItem.Reason.FUTURE_CLOCK, detail);
        }

        private Arrived count(Event event) {
            tx.observe(event.stamp().reading());
            Arrived arrived = records.computeIfAbsent(event.key(), first -> new Arrived());
            arrived.events.add(event);
            return arrived;
        }

        /** Folds every record that is touched, and says what came of it. */
        PullOutcome finish() {
            Deque<RecordKey> open = new ArrayDeque<>(records.keySet());
            while (!open.isEmpty()) {
                RecordKey key = open.remove();
                Arrived arrived = arrivedFor(key);
                RecordState before = tx.record(key);
                try {
                    RecordState after = fold(key, before, arrived);
                    tx.setRecord(key, after);
                    store(arrived);
                    outcome.changedKeys.add(key);
                    outcome.newConflicts += newConflicts(before, after);
                } catch (FoldFailure failure) {
                    for (RecordKey touched : quarantine(failure)) {
                        arrivedFor(touched).anew = true;
                        open.remove(touched);
                        open.add(touched);
                    }
                }
            }
            return outcome;
        }

        private Arrived arrivedFor(RecordKey key) {
            return records.computeIfAbsent(key, first -> new Arrived());
        }

        private RecordState fold(RecordKey key, RecordState before, Arrived arrived) throws FoldFailure {
            RecordState state = arrived.anew ? null : before;
            for (int i = 0; state != null && i < arrived.events.size(); i++) {
                state = fold.applyDirectly(state, arrived.events.get(i));
            }
            if (state == null) {
                store(arrived);
                return fold.ofAll(tx.events(key));
            }
            return state;
        }

        private void store(Arrived arrived) {
            arrived.unstored.forEach(event -> tx.addEvent(event, EventState.APPLIED));
            arrived.unstored.clear();
        }

        /** The transaction of the event that the fold failed on stops counting; its records are folded without it. */
        private Set<RecordKey> quarantine(FoldFailure failure) {
            records.values().forEach(this::store);
            Event event = failure.event();
            tx.setState(event.device(), event.transaction(), EventState.QUARANTINED);
            quarantine(event, failure.reason(), String.valueOf(failure.getMessage()));
            Set<RecordKey> touched = new HashSet<>();
            tx.transaction(event.device(), event.transaction())
                    .forEach(stored -> touched.add(stored.event().key()));
            return touched;
        }

        private void quarantine(Event event, QuarantineItem.Reason reason, String detail) {
            TransactionSpan span = event.transaction();
            String id = new EventId(event.device(), span.first()).toString();
            long now = runtime.wallMillis();
            tx.addToQuarantine(
                    new QuarantineItem(id, reason, event.device(), span.first(), span.size(), detail, now), null);
        }
    }

    /** What is new of one record. */
    private static final class Arrived {
        /** The events that count from now on, in the order of arrival. */
        final List<Event> events = new ArrayList<>(1);

        /** Of these, those that the store does not hold yet. */
        final List<Event> unstored = new ArrayList<>(1);

        /** Whether something that counted no longer does: only a fold of all the record's events will do. */
        boolean anew;
    }

    private static long newConflicts(RecordState before, RecordState after) {
        Set<EventId> known = conflictIds(before);
        return conflictIds(after).stream().filter(id -> !known.contains(id)).count();
    }

    private static Set<EventId> conflictIds(RecordState state) {
        Set<EventId> ids = new HashSet<>();
        for (Conflict conflict : state.conflicts()) {
            ids.add(conflict.id());
        }
        return ids;
    }
}
