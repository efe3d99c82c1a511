package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.internal.fold.Fold;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.StoreTransaction;

/**
 * Makes received events count, each {@link ApplyBatch} within one store transaction: whole transactions only, each record folded once.
 *
 * <p>Usually an event applies directly to its record's state. If one does not, or if something that counted no longer does, all events of the record are
 * folded anew. A transaction that a strategy fails on goes to quarantine as a whole, and what it touched is folded without it.
 */
final class EventApplier {
    final Fold fold;
    final SyncRuntime runtime;
    final EngineClock clock;
    final MassDeleteGuard guard;
    final Gatekeeper gatekeeper;
    final FoldedWith foldedWith;
    final DeviceId self;

    EventApplier(
            Fold fold,
            SyncRuntime runtime,
            EngineClock clock,
            MassDeleteGuard guard,
            Gatekeeper gatekeeper,
            FoldedWith foldedWith,
            DeviceId self) {
        this.fold = fold;
        this.runtime = runtime;
        this.clock = clock;
        this.guard = guard;
        this.gatekeeper = gatekeeper;
        this.foldedWith = foldedWith;
        this.self = self;
    }

    /** A batch, to be made before anything else is done in the transaction. */
    ApplyBatch batch(StoreTransaction tx) {
        return new ApplyBatch(tx, this);
    }

    /** Whether a stamp does not lie too far in the future (any more). */
    boolean hasCome(Stamp stamp) {
        return stamp.reading() <= clock.highestReading();
    }
}
