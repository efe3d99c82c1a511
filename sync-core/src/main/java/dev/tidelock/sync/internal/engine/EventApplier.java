package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.internal.fold.Fold;
import dev.tidelock.sync.internal.fold.FoldFailure;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
    private final EngineClock clock;
    private final MassDeleteGuard guard;
    private final Gatekeeper gatekeeper;
    private final DeviceId self;

    EventApplier(
            Fold fold,
            SyncRuntime runtime,
            EngineClock clock,
            MassDeleteGuard guard,
            Gatekeeper gatekeeper,
            DeviceId self) {
        this.fold = fold;
        this.runtime = runtime;
        this.clock = clock;
        this.guard = guard;
        this.gatekeeper = gatekeeper;
        this.self = self;
    }

    Batch batch(StoreTransaction tx) {
        return new Batch(tx);
    }

    /** Whether a stamp does not lie too far in the future (any more). */
    boolean hasCome(Stamp stamp) {
        return stamp.reading() <= clock.highestReading();
    }

    /** Whether the app's gate holds a transaction back no more. */
    boolean mayComeIn(StoreReader reader, DeviceId device, TransactionSpan span) {
        List<Event> transaction = new ArrayList<>();
        reader.transaction(device, span).forEach(stored -> transaction.add(stored.event()));
        return transaction.isEmpty() || gatekeeper.holdBack(reader, transaction) == null;
    }

    /** Events that are applied together; {@link #finish} folds them. */
    final class Batch {
        private final StoreTransaction tx;
        private final PullOutcome outcome = new PullOutcome();
        private final long highestReading;
        private final VoidLedger voids;
        private final Map<RecordKey, Arrived> records = new LinkedHashMap<>();

        private Batch(StoreTransaction tx) {
            this.tx = tx;
            this.highestReading = clock.highestReading();
            this.voids = new VoidLedger(tx);
        }

        PullOutcome outcome() {
            return outcome;
        }

        /** Adds the events of another device's envelope: consecutive, not held before. */
        void add(List<Event> events) {
            outcome.pulledEvents += events.size();
            List<List<Event>> parts = parts(events);
            boolean holdsDeletes = guard.holds(tx, completedBy(parts));
            parts.forEach(part -> addPart(part, holdsDeletes));
        }

        /** What an envelope has of each transaction. */
        private List<List<Event>> parts(List<Event> events) {
            List<List<Event>> parts = new ArrayList<>();
            int start = 0;
            while (start < events.size()) {
                TransactionSpan span = events.get(start).transaction();
                int end = start;
                while (end < events.size() && span.contains(events.get(end).id().counter())) {
                    end++;
                }
                parts.add(events.subList(start, end));
                start = end;
            }
            return parts;
        }

        /** All events of the transactions that these are the last parts of. */
        private List<Event> completedBy(List<List<Event>> parts) {
            List<Event> completed = new ArrayList<>();
            for (List<Event> part : parts) {
                TransactionSpan span = part.get(0).transaction();
                if (isLast(part)) {
                    completed.addAll(part);
                    if (part.size() < span.size()) {
                        tx.transaction(part.get(0).device(), span).forEach(stored -> completed.add(stored.event()));
                    }
                }
            }
            return completed;
        }

        /** An envelope that could not be opened at first comes after its successors. */
        private boolean isLast(List<Event> part) {
            Event last = part.get(part.size() - 1);
            return last.id().counter() == last.transaction().last()
                    || tx.event(new EventId(last.device(), last.id().counter() + 1)) != null;
        }

        /** Adds a whole transaction of this device's own. */
        void write(List<Event> transaction) {
            transaction.forEach(event -> arrive(event).unstored.add(event));
            takeUpVoids(transaction);
        }

        /** Most transactions are whole within their envelope; the parts of others wait in the store for the last one. */
        private void addPart(List<Event> part, boolean holdsDeletes) {
            TransactionSpan span = part.get(0).transaction();
            if (part.size() == span.size() && !holdsDeletes && isOrdinary(part)) {
                part.forEach(event -> count(event).unstored.add(event));
                return;
            }
            boolean decides = isLast(part) || !voids.hits(part).isEmpty();
            part.forEach(event -> hold(event));
            if (decides) {
                admit(part.get(0).device(), span, holdsDeletes ? Scrutiny.DELETES_TOO : Scrutiny.GATE);
            }
        }

        /** Whether nothing has to be decided about a transaction: it just counts. */
        private boolean isOrdinary(List<Event> transaction) {
            return gatekeeper.isOpen()
                    && !isFromTheFuture(transaction)
                    && voids.hits(transaction).isEmpty()
                    && transaction.stream().noneMatch(event -> event.key().isControl());
        }

        /** A void may have left its trace before the event itself came. */
        private void hold(Event event) {
            if (tx.event(event.id()) == null) {
                tx.addEvent(event, EventState.WAITING);
            }
        }

        /**
         * Makes a transaction that is held count, if all of it is there and nothing speaks against it.
         *
         * @param scrutiny what else is looked at
         */
        void admit(DeviceId device, TransactionSpan span, Scrutiny scrutiny) {
            List<StoredEvent> stored = held(device, span);
            List<Event> held = events(stored);
            List<Voiding> hits = held.isEmpty() ? List.of() : voids.hits(held);
            if (!hits.isEmpty()) {
                settle(stored, hits);
                return;
            }
            if (held.size() < span.size()) {
                return; // the rest is in an envelope that cannot be opened; that one is in quarantine, and tried again
            }
            stored.stream()
                    .filter(one -> one.state() != EventState.WAITING && one.state() != EventState.QUARANTINED)
                    .forEach(one -> foldAnew(one.event().key())); // it counts, and may stop to, or the other way round
            if (isFromTheFuture(held)) {
                tx.setState(device, span, EventState.QUARANTINED);
                quarantineFuture(held);
            } else if (scrutiny == Scrutiny.DELETES_TOO
                    && held.stream().anyMatch(event -> event.op().kind() == Op.Kind.DELETE)) {
                tx.setState(device, span, EventState.QUARANTINED);
                String detail = "its device deletes many records at once; retry to let it, discard to keep them";
                quarantine(held.get(0), QuarantineItem.Reason.MASS_DELETE, detail);
            } else {
                String waitsFor = scrutiny == Scrutiny.NONE ? null : gatekeeper.holdBack(tx, held);
                if (waitsFor == null) {
                    tx.setState(device, span, EventState.APPLIED);
                    held.forEach(this::count);
                } else {
                    tx.setState(device, span, EventState.QUARANTINED);
                    quarantine(held.get(0), QuarantineItem.Reason.HELD, waitsFor);
                }
            }
            takeUpVoids(held);
        }

        /** What is held of a transaction. */
        private List<StoredEvent> held(DeviceId device, TransactionSpan span) {
            List<StoredEvent> stored = new ArrayList<>(tx.transaction(device, span));
            stored.removeIf(one -> !one.event().transaction().equals(span));
            return stored;
        }

        private List<Event> events(List<StoredEvent> stored) {
            List<Event> events = new ArrayList<>();
            stored.forEach(one -> events.add(one.event()));
            return events;
        }

        /** Stops a transaction from counting, or what is held of it; the voids in it count from now on, if they did not. */
        private void settle(List<StoredEvent> transaction, List<Voiding> hits) {
            List<Event> counting = new ArrayList<>();
            for (StoredEvent one : transaction) {
                Event event = one.event();
                EventState state = VoidLedger.state(event, hits);
                if (state != one.state()) {
                    tx.setState(event.device(), new TransactionSpan(event.id().counter(), 1), state);
                    foldAnew(event.key());
                    if (state == EventState.APPLIED) {
                        count(event);
                        counting.add(event);
                    }
                }
            }
            takeUpVoids(counting);
        }

        private boolean isFromTheFuture(List<Event> transaction) {
            return transaction.stream().anyMatch(event -> event.stamp().reading() > highestReading);
        }

        private void quarantineFuture(List<Event> transaction) {
            Event last = transaction.get(transaction.size() - 1);
            long aheadSeconds = (last.stamp().millis() - clock.millis()) / 1000;
            String detail = "its stamp is " + aheadSeconds + " s in the future";
            quarantine(last, QuarantineItem.Reason.FUTURE_CLOCK, detail);
        }

        private Arrived count(Event event) {
            boolean fromTheFuture = event.stamp().reading() > highestReading; // a void always counts
            if (!fromTheFuture && !event.device().equals(self)) {
                tx.observe(event.stamp().reading());
            }
            return arrive(event);
        }

        private Arrived arrive(Event event) {
            Arrived arrived = arrivedFor(event.key());
            arrived.events.add(event);
            return arrived;
        }

        /** Carries out the voids of a transaction that counts; one that waits for its time has none yet. */
        private void takeUpVoids(List<Event> transaction) {
            for (Event event : transaction) {
                Arrived arrived = Voiding.isVoid(event) ? records.get(event.key()) : null;
                Voiding voiding = arrived != null && arrived.events.contains(event) ? Voiding.of(event) : null;
                if (voiding != null) {
                    voids.add(event.id(), voiding);
                    outcome.voidsUnsealed |= voiding.isAhead(tx, event.device());
                    carryOut(voiding);
                    judgeReissues(event);
                }
            }
        }

        /** What is held of the transactions that a void means stops counting. */
        private void carryOut(Voiding voiding) {
            records.values().forEach(this::store);
            voiding.links().forEach(this::leaveTrace);
            Set<TransactionSpan> spans = new LinkedHashSet<>();
            tx.transaction(voiding.device(), voiding.span())
                    .forEach(stored -> spans.add(stored.event().transaction()));
            for (TransactionSpan span : spans) {
                carryOut(voiding.device(), span);
            }
            if (tx.quarantineCount() > 0) {
                tx.quarantine().stream()
                        .filter(item -> isSettled(item, voiding))
                        .forEach(item -> tx.removeFromQuarantine(item.id()));
            }
        }

        /** What is held of a transaction stops counting, if a void means it. */
        void carryOut(DeviceId device, TransactionSpan span) {
            List<StoredEvent> stored = held(device, span);
            List<Event> held = events(stored);
            List<Voiding> hits = held.isEmpty() ? List.of() : voids.hits(held);
            if (!hits.isEmpty()) {
                tx.removeFromQuarantine(new EventId(device, span.first()).toString());
                settle(stored, hits);
                held.forEach(this::judgeReissues);
            }
        }

        /** Of those that issue one transaction again, another one counts, perhaps, now that one has come or become void. */
        private void judgeReissues(Event event) {
            for (StoredEvent reissue : voids.reissues(event)) {
                List<StoredEvent> stored =
                        held(reissue.event().device(), reissue.event().transaction());
                List<Voiding> hits = voids.hits(events(stored));
                if (!hits.isEmpty()) {
                    tx.removeFromQuarantine(stored.get(0).event().id().toString());
                    settle(stored, hits);
                } else if (stored.size() == stored.get(0).event().transaction().size()) {
                    revive(stored);
                }
            }
        }

        /** Nothing means a transaction any more. The voids in it have counted all the while. */
        private void revive(List<StoredEvent> transaction) {
            boolean tooEarly = isFromTheFuture(events(transaction));
            boolean revived = false;
            for (StoredEvent one : transaction) {
                if (one.state() == EventState.VOID || one.state() == EventState.VOID_UNREAD) {
                    Event event = one.event();
                    EventState state = tooEarly ? EventState.QUARANTINED : EventState.APPLIED;
                    tx.setState(event.device(), new TransactionSpan(event.id().counter(), 1), state);
                    foldAnew(event.key());
                    revived = true;
                    if (!tooEarly) {
                        count(event);
                    }
                }
            }
            if (revived && tooEarly) {
                quarantineFuture(events(transaction));
            }
        }

        /** An envelope is kept that cannot be opened: what voids say of it stands for what it holds. */
        void keptUnread(DeviceId device, long firstCounter, long lastCounter) {
            for (Voiding voiding : voids.of(device)) {
                for (Voiding.Link link : voiding.links()) {
                    long counter = link.event().counter();
                    if (counter >= firstCounter && counter <= lastCounter) {
                        leaveTrace(link);
                    }
                }
            }
        }

        /** Of an event that this device cannot read, and another could, what its author had seen. */
        private void leaveTrace(Voiding.Link link) {
            EventId id = link.event();
            boolean isKept = id.counter() <= Witness.held(tx, id.device());
            if (isKept && tx.event(id) == null) {
                tx.addEvent(link.trace(), EventState.VOID);
                foldAnew(link.key());
            }
        }

        /**
         * A void of all that an envelope holds settles the envelope that could not be opened; not if there may be voids in it, which count. Who voided it unread
         * could not know that.
         */
        private boolean isSettled(QuarantineItem item, Voiding voiding) {
            return item.reason().isEnvelope()
                    && item.reason().isAuthorsWord()
                    && voiding.content() == null
                    && item.isBy(voiding.device())
                    && voiding.span().first() <= item.firstCounter()
                    && item.firstCounter() + item.eventCount() - 1
                            <= voiding.span().last()
                    && (voiding.links().isEmpty() || isAllTraced(item, voiding.device()));
        }

        private boolean isAllTraced(QuarantineItem item, DeviceId author) {
            TransactionSpan all = new TransactionSpan(item.firstCounter(), item.eventCount());
            return tx.transaction(author, all).size() == all.size();
        }

        /** Something that a record was folded with has gone, or counts no more. */
        void foldAnew(RecordKey key) {
            Arrived arrived = arrivedFor(key);
            store(arrived);
            arrived.anew = true;
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
                    if (!key.isControl()) {
                        outcome.changedKeys.add(key);
                    }
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
                return fold.ofAll(new StoredEvents(tx, key, List.of()), voids.standIns(key));
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
            for (StoredEvent stored : tx.transaction(event.device(), event.transaction())) {
                touched.add(stored.event().key());
                if (Voiding.isVoid(stored.event())) {
                    EventId id = stored.event().id();
                    tx.setState(id.device(), new TransactionSpan(id.counter(), 1), EventState.APPLIED);
                }
            }
            return touched;
        }

        private void quarantine(Event event, QuarantineItem.Reason reason, String detail) {
            TransactionSpan span = event.transaction();
            String id = new EventId(event.device(), span.first()).toString();
            long now = runtime.wallMillis();
            QuarantineItem item =
                    new QuarantineItem(id, reason, event.device(), span.first(), span.size(), detail, now);
            tx.addToQuarantine(item, null);
            outcome.quarantined.add(item);
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
