package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.internal.fold.Fold;
import dev.tidelock.sync.internal.fold.FoldFailure;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.TransactionSpan;
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

/** The records that a batch touches. Each is folded once, in the end. */
final class TouchedRecords {
    private final StoreTransaction tx;
    private final Fold fold;
    private final VoidLedger voids;
    private final BatchQuarantine quarantine;
    private final Map<RecordKey, Arrived> records = new LinkedHashMap<>();

    /** What is new of one record. */
    private static final class Arrived {
        /** The events that count from now on, in the order of arrival. */
        final List<Event> events = new ArrayList<>(1);

        /** Of these, those that the store does not hold yet. */
        final List<Event> unstored = new ArrayList<>(1);

        /** Whether something that counted no longer does: only a fold of all the record's events will do. */
        boolean anew;
    }

    TouchedRecords(StoreTransaction tx, Fold fold, VoidLedger voids, BatchQuarantine quarantine) {
        this.tx = tx;
        this.fold = fold;
        this.voids = voids;
        this.quarantine = quarantine;
    }

    private Arrived arrivedFor(RecordKey key) {
        return records.computeIfAbsent(key, first -> new Arrived());
    }

    /** An event that the store holds counts from now on. */
    void arrive(Event event) {
        arrivedFor(event.key()).events.add(event);
    }

    /** An event that the store does not hold yet counts from now on. */
    void arriveUnstored(Event event) {
        Arrived arrived = arrivedFor(event.key());
        arrived.events.add(event);
        arrived.unstored.add(event);
    }

    /** Whether an event has begun to count in this batch. */
    boolean hasArrived(Event event) {
        Arrived arrived = records.get(event.key());
        return arrived != null && arrived.events.contains(event);
    }

    /** Something that a record was folded with has gone, or counts no more. */
    void foldAnew(RecordKey key) {
        Arrived arrived = arrivedFor(key);
        store(arrived);
        arrived.anew = true;
    }

    void storeAll() {
        records.values().forEach(this::store);
    }

    private void store(Arrived arrived) {
        arrived.unstored.forEach(event -> tx.addEvent(event, EventState.APPLIED));
        arrived.unstored.clear();
    }

    Set<RecordKey> keys() {
        return records.keySet();
    }

    /** Folds every record that is touched, and says what came of it. */
    void finish(PullOutcome outcome) {
        Deque<RecordKey> open = new ArrayDeque<>(records.keySet());
        while (!open.isEmpty()) {
            RecordKey key = open.remove();
            Arrived arrived = arrivedFor(key);
            RecordState before = tx.record(key);
            try {
                RecordState after = fold(key, before, arrived);
                if (!arrived.events.isEmpty() || !after.equals(before)) {
                    tx.setRecord(key, after);
                    store(arrived);
                    if (!key.isControl()) {
                        outcome.changedKeys.add(key);
                        if (before.isDeleted() != after.isDeleted()) {
                            outcome.flippedKeys.add(key);
                        }
                    }
                    outcome.newConflicts += newConflicts(before, after);
                }
            } catch (FoldFailure failure) {
                for (RecordKey touched : quarantine(failure)) {
                    arrivedFor(touched).anew = true;
                    open.remove(touched);
                    open.add(touched);
                }
            }
        }
    }

    private RecordState fold(RecordKey key, RecordState before, Arrived arrived) throws FoldFailure {
        RecordState state = arrived.anew ? null : before;
        for (int i = 0; state != null && i < arrived.events.size(); i++) {
            state = fold.applyDirectly(state, arrived.events.get(i));
        }
        if (state == null) {
            store(arrived);
            return fold.ofAll(new StoredEvents(tx, key, List.of()), voids.standIns(key));
        }
        return state;
    }

    /** The transaction of the event that the fold failed on stops counting; its records are folded without it. */
    private Set<RecordKey> quarantine(FoldFailure failure) {
        storeAll();
        Event event = failure.event();
        tx.setState(event.device(), event.transaction(), EventState.QUARANTINED);
        quarantine.add(event, failure.reason(), String.valueOf(failure.getMessage()));
        Set<RecordKey> touched = new HashSet<>();
        for (StoredEvent stored : tx.transaction(event.device(), event.transaction())) {
            touched.add(stored.event().key());
            if (EngineWords.alwaysCounts(stored.event())) {
                EventId id = stored.event().id();
                tx.setState(id.device(), new TransactionSpan(id.counter(), 1), EventState.APPLIED);
            }
        }
        return touched;
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
