package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that are applied together, within one store transaction; {@link #finish} folds them.
 *
 * <p>Here it is decided whether a transaction counts. {@link BatchVoids} carries out what voids say, and {@link TouchedRecords} folds.
 */
final class ApplyBatch {
    private final StoreTransaction tx;
    private final EventApplier setup;
    private final PullOutcome outcome = new PullOutcome();
    private final VoidLedger ledger;
    private final BatchQuarantine quarantine;
    private final TouchedRecords records;
    private final Gatekeeper.Watch watch;
    private final BatchVoids voids;

    ApplyBatch(StoreTransaction tx, EventApplier setup) {
        this.tx = tx;
        this.setup = setup;
        this.ledger = new VoidLedger(tx);
        this.quarantine = new BatchQuarantine(tx, setup.runtime, setup.clock, outcome);
        this.records = new TouchedRecords(tx, setup.fold, ledger, quarantine);
        this.watch = setup.gatekeeper.watch(tx);
        this.voids = new BatchVoids(tx, ledger, records, this);
    }

    PullOutcome outcome() {
        return outcome;
    }

    /** Adds the events of another device's envelope: consecutive, not held before. */
    void add(List<Event> events) {
        outcome.pulledEvents += events.size();
        List<List<Event>> parts = parts(events);
        boolean holdsDeletes = setup.guard.holds(tx, completedBy(parts));
        parts.forEach(part -> addPart(part, holdsDeletes));
    }

    /** What an envelope has of each transaction. */
    private static List<List<Event>> parts(List<Event> events) {
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
        transaction.forEach(records::arriveUnstored);
        takeUpWords(transaction);
    }

    /** Most transactions are whole within their envelope; the parts of others wait in the store for the last one. */
    private void addPart(List<Event> part, boolean holdsDeletes) {
        TransactionSpan span = part.get(0).transaction();
        if (part.size() == span.size() && !holdsDeletes && isOrdinary(part)) {
            for (Event event : part) {
                observe(event);
                records.arriveUnstored(event);
            }
            return;
        }
        boolean decides = isLast(part) || !ledger.hits(part).isEmpty();
        part.forEach(this::hold);
        if (decides) {
            admit(part.get(0).device(), span, holdsDeletes ? Scrutiny.DELETES_TOO : Scrutiny.GATE);
        }
    }

    /** Whether nothing has to be decided about a transaction: it just counts. */
    private boolean isOrdinary(List<Event> transaction) {
        return watch.isOpen()
                && !isFromTheFuture(transaction)
                && ledger.hits(transaction).isEmpty()
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
        List<Voiding> hits = held.isEmpty() ? List.of() : ledger.hits(held);
        if (!hits.isEmpty()) {
            voids.settle(stored, hits);
            return;
        }
        if (held.size() < span.size()) {
            return; // the rest is in an envelope that cannot be opened; that one is in quarantine, and tried again
        }
        stored.stream()
                .filter(one -> one.state() != EventState.WAITING && one.state() != EventState.QUARANTINED)
                .forEach(one -> foldAnew(one.event().key())); // it counts, and may stop to, or the other way round
        boolean waits = isMadeToWait(held, scrutiny);
        tx.setState(device, span, waits ? EventState.QUARANTINED : EventState.APPLIED);
        if (!waits) {
            held.forEach(this::count);
        }
        takeUpWords(held);
    }

    /** Puts a whole transaction into quarantine if something makes it wait. */
    boolean isMadeToWait(List<Event> transaction, Scrutiny scrutiny) {
        Gatekeeper.Wait wait = waitsFor(transaction, scrutiny);
        Event first = transaction.get(0);
        watch.settled(first.transaction(), first.device(), wait);
        if (wait != null) {
            quarantine.add(first, wait.reason(), wait.detail());
        }
        return wait != null;
    }

    private Gatekeeper.@Nullable Wait waitsFor(List<Event> transaction, Scrutiny scrutiny) {
        if (isFromTheFuture(transaction)) {
            String detail = quarantine.howFarInTheFuture(transaction.get(transaction.size() - 1));
            return new Gatekeeper.Wait(QuarantineItem.Reason.FUTURE_CLOCK, detail);
        } else if (scrutiny == Scrutiny.DELETES_TOO
                && transaction.stream().anyMatch(event -> event.op().kind() == Op.Kind.DELETE)) {
            String detail = "its device deletes many records at once; retry to let it, discard to keep them";
            return new Gatekeeper.Wait(QuarantineItem.Reason.MASS_DELETE, detail);
        }
        return watch.holdBack(transaction, scrutiny == Scrutiny.NONE);
    }

    /** What is held back, as of this batch. */
    Gatekeeper.Watch watch() {
        return watch;
    }

    private boolean isFromTheFuture(List<Event> transaction) {
        return transaction.stream().anyMatch(quarantine::isFromTheFuture);
    }

    /** An event that the store holds counts from now on. */
    void count(Event event) {
        observe(event);
        records.arrive(event);
    }

    private void observe(Event event) {
        boolean fromTheFuture = quarantine.isFromTheFuture(event); // a void always counts
        if (!fromTheFuture && !event.device().equals(setup.self)) {
            tx.observe(event.stamp().reading());
        }
    }

    /** Does what a transaction that counts says to the engine; one that waits for its time says nothing yet. */
    void takeUpWords(List<Event> transaction) {
        for (Event event : transaction) {
            if (EngineWords.alwaysCounts(event) && records.hasArrived(event)) {
                Voiding voiding = Voiding.isVoid(event) ? Voiding.of(event) : null;
                Announcement announcement = Announcement.isOne(event) ? Announcement.of(event) : null;
                if (voiding != null) {
                    voids.takeUp(event, voiding);
                } else if (announcement != null) {
                    watch.hear(announcement);
                }
            }
        }
    }

    /** An envelope is kept that cannot be opened. */
    void keptUnread(DeviceId device, long firstCounter, long lastCounter) {
        voids.keptUnread(device, firstCounter, lastCounter);
    }

    /** What is held of a transaction stops counting, if a void means it. */
    void carryOut(DeviceId device, TransactionSpan span) {
        voids.carryOut(device, span);
    }

    /** Something that a record was folded with has gone, or counts no more. */
    void foldAnew(RecordKey key) {
        records.foldAnew(key);
    }

    /** Folds every record that is touched, and says what came of it. */
    PullOutcome finish() {
        records.finish(outcome);
        if (records.keys().contains(Announcement.KEY)) {
            Versions.noteChange(tx);
        }
        setup.foldedWith.noteOlder(tx, watch.older(), records.keys());
        return outcome;
    }

    /** What is held of a transaction. */
    List<StoredEvent> held(DeviceId device, TransactionSpan span) {
        List<StoredEvent> stored = new ArrayList<>(tx.transaction(device, span));
        stored.removeIf(one -> !one.event().transaction().equals(span));
        return stored;
    }

    static List<Event> events(List<StoredEvent> stored) {
        List<Event> events = new ArrayList<>();
        stored.forEach(one -> events.add(one.event()));
        return events;
    }
}
