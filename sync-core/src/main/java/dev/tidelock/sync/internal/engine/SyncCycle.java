package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import java.util.concurrent.TimeUnit;

/** One sync: push, pull, and again while the one gives the other something to do. */
final class SyncCycle {
    private final Store store;
    private final SyncRuntime runtime;
    private final String remote;
    private final PushPass pushPass;
    private final PullPass pullPass;

    SyncCycle(Store store, SyncRuntime runtime, String remote, PushPass pushPass, PullPass pullPass) {
        this.store = store;
        this.runtime = runtime;
        this.remote = remote;
        this.pushPass = pushPass;
        this.pullPass = pullPass;
    }

    /** Forgets what it remembers of earlier cycles: another process has run one since. */
    void forget() {
        pullPass.forget();
    }

    /**
     * Runs until nothing waits.
     *
     * @throws TransportException if the remote could not be asked
     * @throws SyncException if it refuses something, or holds another log
     */
    SyncReport run() throws TransportException, SyncException {
        long startNanos = runtime.monotonicNanos();
        long pushed = 0;
        long pulled = 0;
        long conflicts = 0;
        boolean waiting = true;
        boolean gapBefore = false;
        for (int round = 0; waiting && round < SyncLimits.ROUNDS_MAX; round++) {
            PushOutcome push = pushPass.run();
            PullOutcome pull = pullPass.run(push.remoteHasGap());
            pushed += push.pushedEvents;
            pulled += pull.pulledEvents;
            conflicts += pull.newConflicts;
            rememberOffset(pull.remoteMillis);
            requireTaken(push, gapBefore && push.pushedEvents == 0);
            gapBefore = push.remoteHasGap();
            waiting = pull.more
                    || store.read(reader -> reader.outboxCount(remote) > 0 || reader.pendingEvents(remote) > 0);
        }
        SyncOutcome before = store.read(reader -> reader.outcome(remote));
        SyncOutcome success = new SyncOutcome(runtime.wallMillis(), BlockedBy.NOTHING, "", before.clockOffsetMillis());
        long quarantined = store.write(tx -> {
            tx.setOutcome(remote, success);
            return tx.quarantineCount();
        });
        long millis = TimeUnit.NANOSECONDS.toMillis(runtime.monotonicNanos() - startNanos);
        return new SyncReport(pushed, pulled, conflicts, quarantined, millis);
    }

    /** A gap is mended by the pull that follows it; only one that stays is a refusal. */
    private static void requireTaken(PushOutcome push, boolean gapStays) throws SyncException {
        for (PushReceipt.Refusal refusal : push.refusals) {
            if (refusal.reason() != PushReceipt.RefusalReason.GAP || gapStays) {
                String detail = refusal.detail() == null ? "" : ": " + refusal.detail();
                throw new SyncException(
                        BlockedBy.REFUSED,
                        "the remote refuses an envelope, " + refusal.reason() + detail + "; it is kept here",
                        null);
            }
        }
    }

    private void rememberOffset(long remoteMillis) {
        if (remoteMillis > 0) {
            SyncOutcome before = store.read(reader -> reader.outcome(remote));
            long offsetMillis = remoteMillis - runtime.wallMillis();
            if (Math.abs(offsetMillis - before.clockOffsetMillis()) > 1_000) {
                SyncOutcome corrected =
                        new SyncOutcome(before.lastSuccessMillis(), before.blockedBy(), before.detail(), offsetMillis);
                store.write(tx -> {
                    tx.setOutcome(remote, corrected);
                    return null;
                });
            }
        }
    }
}
