package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Carries out what voids say, within one batch. */
final class BatchVoids {
    private final StoreTransaction tx;
    private final VoidLedger ledger;
    private final TouchedRecords records;
    private final ApplyBatch batch;

    BatchVoids(StoreTransaction tx, VoidLedger ledger, TouchedRecords records, ApplyBatch batch) {
        this.tx = tx;
        this.ledger = ledger;
        this.records = records;
        this.batch = batch;
    }

    /** Takes up a void that counts from now on, and carries it out. */
    void takeUp(Event event, Voiding voiding) {
        ledger.add(event.id(), voiding);
        batch.outcome().voidsUnsealed |= voiding.isAhead(tx, event.device());
        carryOut(voiding);
        judgeReissues(event);
    }

    /** Stops a transaction from counting, or what is held of it; what always counts counts from now on, if it did not. */
    void settle(List<StoredEvent> transaction, List<Voiding> hits) {
        List<Event> counting = new ArrayList<>();
        for (StoredEvent one : transaction) {
            Event event = one.event();
            EventState state = VoidLedger.state(event, hits);
            if (state != one.state()) {
                tx.setState(event.device(), new TransactionSpan(event.id().counter(), 1), state);
                records.foldAnew(event.key());
                if (state == EventState.APPLIED) {
                    batch.count(event);
                    counting.add(event);
                }
            }
        }
        batch.takeUpWords(counting);
    }

    /** What is held of the transactions that a void means stops counting. */
    private void carryOut(Voiding voiding) {
        records.storeAll();
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
        List<StoredEvent> stored = batch.held(device, span);
        List<Event> held = ApplyBatch.events(stored);
        List<Voiding> hits = held.isEmpty() ? List.of() : ledger.hits(held);
        if (!hits.isEmpty()) {
            tx.removeFromQuarantine(new EventId(device, span.first()).toString());
            settle(stored, hits);
            held.forEach(this::judgeReissues);
        }
    }

    /** Of those that issue one transaction again, another one counts, perhaps, now that one has come or become void. */
    private void judgeReissues(Event event) {
        for (StoredEvent reissue : ledger.reissues(event)) {
            List<StoredEvent> stored =
                    batch.held(reissue.event().device(), reissue.event().transaction());
            List<Voiding> hits = ledger.hits(ApplyBatch.events(stored));
            if (!hits.isEmpty()) {
                tx.removeFromQuarantine(stored.get(0).event().id().toString());
                settle(stored, hits);
            } else if (stored.size() == stored.get(0).event().transaction().size()) {
                revive(stored);
            }
        }
    }

    /** Nothing means a transaction any more. What always counts in it has counted all the while. */
    private void revive(List<StoredEvent> transaction) {
        List<Event> events = ApplyBatch.events(transaction);
        boolean revived = transaction.stream()
                .anyMatch(one -> one.state() == EventState.VOID || one.state() == EventState.VOID_UNREAD);
        if (!revived) {
            return;
        }
        boolean waits = batch.isMadeToWait(events, Scrutiny.NONE);
        for (StoredEvent one : transaction) {
            if (one.state() == EventState.VOID || one.state() == EventState.VOID_UNREAD) {
                Event event = one.event();
                EventState state = waits ? EventState.QUARANTINED : EventState.APPLIED;
                tx.setState(event.device(), new TransactionSpan(event.id().counter(), 1), state);
                records.foldAnew(event.key());
                if (!waits) {
                    batch.count(event);
                }
            }
        }
    }

    /** An envelope is kept that cannot be opened: what voids say of it stands for what it holds. */
    void keptUnread(DeviceId device, long firstCounter, long lastCounter) {
        for (Voiding voiding : ledger.of(device)) {
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
            records.foldAnew(link.key());
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
                && item.firstCounter() + item.eventCount() - 1 <= voiding.span().last()
                && (voiding.links().isEmpty() || isAllTraced(item, voiding.device()));
    }

    private boolean isAllTraced(QuarantineItem item, DeviceId author) {
        TransactionSpan all = new TransactionSpan(item.firstCounter(), item.eventCount());
        return tx.transaction(author, all).size() == all.size();
    }
}
