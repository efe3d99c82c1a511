package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.StoreTransaction;

/** Puts transactions into quarantine, within one batch. */
final class BatchQuarantine {
    private final StoreTransaction tx;
    private final SyncRuntime runtime;
    private final EngineClock clock;
    private final long highestReading;
    private final PullOutcome outcome;

    BatchQuarantine(StoreTransaction tx, SyncRuntime runtime, EngineClock clock, PullOutcome outcome) {
        this.tx = tx;
        this.runtime = runtime;
        this.clock = clock;
        this.highestReading = clock.highestReading();
        this.outcome = outcome;
    }

    /** Whether an event has to wait until its time has come. */
    boolean isFromTheFuture(Event event) {
        return event.stamp().reading() > highestReading;
    }

    String howFarInTheFuture(Event last) {
        return "its stamp is " + (last.stamp().millis() - clock.millis()) / 1000 + " s in the future";
    }

    /** Adds the transaction of an event. */
    void add(Event event, QuarantineItem.Reason reason, String detail) {
        TransactionSpan span = event.transaction();
        String id = new EventId(event.device(), span.first()).toString();
        long now = runtime.wallMillis();
        QuarantineItem item = new QuarantineItem(id, reason, event.device(), span.first(), span.size(), detail, now);
        tx.addToQuarantine(item, null);
        outcome.quarantined.add(item);
    }
}
