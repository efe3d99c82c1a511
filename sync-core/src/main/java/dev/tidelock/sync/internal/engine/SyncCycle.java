package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One sync: push, pull, and again while the one gives the other something to do. */
final class SyncCycle {
    private final Store store;
    private final SyncRuntime runtime;
    private final String remote;
    private final boolean asksForTime;
    private final DeviceId device;
    private final EngineClock clock;
    private final ClockRepair clockRepair;
    private final MassDeleteGuard guard;
    private final Witness witness;
    private final Consumer<PullOutcome> afterCommit;
    private final PushPass pushPass;
    private final PullPass pullPass;

    SyncCycle(
            Store store,
            SyncRuntime runtime,
            SealedTransport transport,
            EngineClock clock,
            ClockRepair clockRepair,
            MassDeleteGuard guard,
            Witness witness,
            Consumer<PullOutcome> afterCommit,
            PushPass pushPass,
            PullPass pullPass) {
        this.store = store;
        this.runtime = runtime;
        this.remote = transport.remote();
        this.asksForTime = !transport.isPeer();
        this.device = transport.device();
        this.clock = clock;
        this.clockRepair = clockRepair;
        this.guard = guard;
        this.witness = witness;
        this.afterCommit = afterCommit;
        this.pushPass = pushPass;
        this.pullPass = pullPass;
    }

    /** Forgets what it remembers of earlier cycles: another process has run one since. */
    void forget() {
        pullPass.forget();
    }

    /** Applies a page that came by itself; false if a sync has to look. */
    boolean take(Cursor after, PullResult.Page page) {
        return pullPass.take(after, page) && !isForked();
    }

    /**
     * Runs until nothing waits.
     *
     * @throws TransportException if the remote could not be asked
     * @throws SyncException if it refuses something, or holds another log
     */
    SyncReport run() throws TransportException, SyncException {
        Counts counts = new Counts(runtime.monotonicNanos());
        guard.reset();
        if (asksForTime && clock.isUncertain()) {
            counts.add(pullPass.run(false)); // asks for the time before anything is sealed
        }
        afterCommit.accept(clockRepair.run());
        long waiting = Long.MAX_VALUE;
        boolean goesOn = true;
        boolean gapBefore = false;
        for (int round = 0; goesOn && round < SyncLimits.ROUNDS_MAX; round++) {
            PushOutcome push = pushPass.run(!isForked());
            PullOutcome pull = pullPass.run(push.remoteHasGap());
            counts.pushed += push.pushedEvents;
            counts.add(pull);
            rememberOffset();
            // The time is known now, or a stamp that bound this device was taken back.
            afterCommit.accept(clockRepair.run());
            requireTaken(push, gapBefore && push.pushedEvents == 0);
            requireUnforked();
            gapBefore = push.remoteHasGap();
            long before = waiting;
            waiting = store.read(reader -> reader.outboxCount(remote) + reader.pendingEvents(remote));
            // A remote that takes everything and keeps nothing would be served for ever.
            boolean progress = round == 0 || waiting < before || pull.pulledEvents > 0;
            goesOn = pull.more || (waiting > 0 && progress);
        }
        return counts.report(succeeded(waiting == 0));
    }

    /** What one sync did so far. */
    private final class Counts {
        private final long startNanos;
        private long pushed;
        private long pulled;
        private long conflicts;

        Counts(long startNanos) {
            this.startNanos = startNanos;
        }

        void add(PullOutcome pull) {
            pulled += pull.pulledEvents;
            conflicts += pull.newConflicts;
        }

        SyncReport report(long quarantined) {
            long millis = TimeUnit.NANOSECONDS.toMillis(runtime.monotonicNanos() - startNanos);
            return new SyncReport(pushed, pulled, conflicts, quarantined, millis);
        }
    }

    /** @return how many items are in quarantine */
    private long succeeded(boolean nothingWaits) {
        SyncOutcome success = new SyncOutcome(runtime.wallMillis(), BlockedBy.NOTHING, "", clock.offsetMillis());
        return store.write(tx -> {
            tx.setOutcome(remote, success);
            if (nothingWaits) {
                witness.healed(tx, Incident.Kind.ROLLED_BACK);
                witness.healed(tx, Incident.Kind.LOG_REPLACED);
            }
            return tx.quarantineCount();
        });
    }

    /** Whether somebody else writes under this device's identity. */
    private boolean isForked() {
        return store.read(reader -> reader.incidents().stream().anyMatch(incident -> isFork(incident, device)));
    }

    static boolean isFork(Incident incident, DeviceId device) {
        return incident.open() && incident.kind() == Incident.Kind.FORKED && incident.concerns(device);
    }

    private void requireUnforked() throws SyncException {
        if (isForked()) {
            throw new SyncException(
                    BlockedBy.FORKED,
                    "another copy of this device's data writes under its identity; what was written here is kept and goes out under a new one: renew the identity",
                    null);
        }
    }

    /** A gap is mended by the pull that follows it; only one that stays is a refusal. */
    private void requireTaken(PushOutcome push, boolean gapStays) throws SyncException {
        for (PushReceipt.Refusal refusal : push.refusals) {
            if (refusal.reason() == PushReceipt.RefusalReason.FORK) {
                noteFork(refusal.hash());
            } else if (refusal.reason() != PushReceipt.RefusalReason.GAP || gapStays) {
                String detail = refusal.detail() == null ? "" : ": " + refusal.detail();
                throw new SyncException(
                        BlockedBy.REFUSED,
                        "the remote refuses an envelope, " + refusal.reason() + detail + "; it is kept here",
                        null);
            }
        }
    }

    /** The remote's log has another branch of this device's, or of another one's. */
    private void noteFork(EnvelopeHash refused) {
        PullOutcome noted = new PullOutcome();
        store.write(tx -> {
            Envelope envelope = tx.envelope(refused);
            if (envelope != null) {
                String detail = "the remote has other events in the place of those from "
                        + envelope.header().firstCounter() + " on: the device's data was copied or restored";
                witness.note(tx, noted, Incident.Kind.FORKED, envelope.header().device(), detail, true);
            }
            return null;
        });
        afterCommit.accept(noted);
    }

    private void rememberOffset() {
        long offsetMillis = clock.offsetMillis();
        SyncOutcome before = store.read(reader -> reader.outcome(remote));
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
