package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts right what this device has stamped with a clock that was far ahead: it is voided and issued again, and what is in no envelope yet goes. Without this it
 * would wait in the others' quarantine until its time has come.
 *
 * <p>The remote's word alone does not make a stamp wrong that another device's stamp exceeds: that device takes it for right, and may have built on the event.
 */
final class ClockRepair {
    private final Store store;
    private final DeviceId device;
    private final EventApplier applier;
    private final EngineClock clock;

    ClockRepair(Store store, DeviceId device, EventApplier applier, EngineClock clock) {
        this.store = store;
        this.device = device;
        this.applier = applier;
        this.clock = clock;
    }

    PullOutcome run() {
        if (store.read(reader ->
                firstBeyond(reader, highestReading(reader)) > reader.ownHead().counter())) {
            return new PullOutcome();
        }
        return store.write(tx -> {
            ApplyBatch batch = applier.batch(tx);
            repair(tx, batch);
            return batch.finish();
        });
    }

    private void repair(StoreTransaction tx, ApplyBatch batch) {
        long first = firstBeyond(tx, highestReading(tx));
        long head = tx.ownHead().counter();
        List<List<Event>> transactions = counting(tx, device, first, head);
        StoredEvent before = first == 1 ? null : tx.event(new EventId(device, first - 1));
        long reading = before == null ? 0 : before.event().stamp().reading();
        long highest = clock.highestReading();
        if (transactions.isEmpty() || reading >= highest || hasSeenBeyond(tx, transactions, highest)) {
            return; // a stamp must exceed what its author had seen and written; time will settle this
        }
        EnvelopeChain chain = tx.chain(device);
        long sealed = chain == null ? 0 : chain.lastCounter();
        for (Event removed : tx.removeEvents(device, firstUnsent(transactions, sealed, head))) {
            batch.foldAnew(removed.key());
        }
        transactions.forEach(
                events -> tx.removeFromQuarantine(events.get(0).id().toString()));
        EngineWrites writes = new EngineWrites(tx, batch, device, reading, clock.millis());
        transactions.forEach(writes::reissue); // also what nobody else was sent: a copy of this store may hold it
    }

    private long highestReading(StoreReader reader) {
        return Math.max(clock.highestReading(), reader.observedReading());
    }

    /** A transaction of which a part is in an envelope goes out whole. */
    private static long firstUnsent(List<List<Event>> transactions, long sealed, long head) {
        for (List<Event> events : transactions) {
            if (events.get(0).id().counter() > sealed) {
                return events.get(0).id().counter();
            }
        }
        return head + 1;
    }

    /** The counter of the first event of the first transaction from which on this device's stamps are too far ahead. */
    private long firstBeyond(StoreReader reader, long highest) {
        long first = reader.ownHead().counter() + 1;
        long next = first;
        StoredEvent before = first == 1 ? null : reader.event(new EventId(device, first - 1));
        boolean beyond = true;
        while (before != null && beyond) {
            next = before.event().transaction().first();
            beyond = before.event().stamp().reading() > highest;
            first = beyond ? next : first;
            beyond |= isOfAnother(reader, next);
            before = next == 1 ? null : reader.event(new EventId(device, next - 1));
        }
        return first;
    }

    /** Whether a transaction issues again what another device wrote: that keeps its stamps, which say nothing of this clock. */
    private boolean isOfAnother(StoreReader reader, long first) {
        StoredEvent begin = reader.event(new EventId(device, first));
        return begin != null && Voiding.isOfAnother(begin.event(), device);
    }

    /** What counts of a device's events, transaction by transaction; what is void has been issued again already, or is not wanted. */
    static List<List<Event>> counting(StoreReader reader, DeviceId device, long first, long last) {
        List<List<Event>> transactions = new ArrayList<>();
        long counter = first;
        while (counter <= last) {
            List<Event> events = new ArrayList<>();
            boolean counts = true;
            StoredEvent begin = reader.event(new EventId(device, counter));
            TransactionSpan span = begin == null
                    ? new TransactionSpan(counter, 1)
                    : begin.event().transaction();
            counter = span.last() + 1;
            for (StoredEvent stored : reader.transaction(device, span)) {
                if (!stored.event().transaction().equals(span)) {
                    // Written here, where only a part of another copy's transaction had come.
                    counter = stored.event().id().counter();
                    break;
                }
                counts &= stored.state() == EventState.APPLIED || stored.state() == EventState.QUARANTINED;
                events.add(stored.event());
            }
            if (counts && !events.isEmpty()) {
                transactions.add(events);
            }
        }
        return transactions;
    }

    /** Whether one of these follows another device's event that is beyond. What this device itself stamped so binds nobody. */
    private boolean hasSeenBeyond(StoreReader reader, List<List<Event>> transactions, long highest) {
        for (List<Event> events : transactions) {
            for (Event event : events) {
                for (EventId parent : event.parents()) {
                    StoredEvent held = parent.device().equals(device) ? null : reader.event(parent);
                    if (held != null
                            && held.state() == EventState.APPLIED
                            && held.event().stamp().reading() > highest) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
