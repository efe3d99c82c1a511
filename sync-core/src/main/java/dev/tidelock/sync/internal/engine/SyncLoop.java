package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when to sync, and runs one sync at a time on the runtime's one logical thread.
 *
 * <p>At the start, then an interval after each success; a debounce after a local change; at once when asked; after a failure when {@link Backoff} says, and no
 * earlier for a local change. A live transport makes it quick: what the remote's log gets is applied as it comes, and local changes go out at once. Whatever a sync ends with, the next one is scheduled: only {@link #close} and a bug of the library stop the loop.
 *
 * <p>Of several processes on one store, one has the {@link Leadership}, and it alone syncs at the start and at intervals. The others sync their own
 * changes, and when asked. One sync runs at a time: whoever comes second tries again shortly.
 */
public final class SyncLoop {
    private static final Logger LOG = LoggerFactory.getLogger(SyncLoop.class);

    private final Store store;
    private final SyncRuntime runtime;
    private final SealedTransport transport;
    private final String remote;
    private final SyncCycle cycle;
    private final QuarantineDesk quarantine;
    private final Events events;
    private final Duration interval;
    private final Duration debounce;
    private final Duration liveDebounce;
    private final Leadership leadership;

    // Touched only by the runtime's logical thread.
    private final Backoff backoff;

    // Guarded by lock.
    private final Object lock = new Object();
    private final List<CompletableFuture<SyncReport>> askers = new ArrayList<>();
    private SyncRuntime.@Nullable Cancellable next;
    private long nextNanos;
    private boolean started;
    private boolean failing;
    private boolean stopped;
    private boolean looking;
    private long commitsElsewhere;
    private SyncRuntime.@Nullable Cancellable look;

    /** What the loop tells the rest of the engine. */
    interface Events {
        /** A sync ended, one way or the other. */
        void ended(@Nullable SyncReport report);

        /** Something became visible outside a pull. */
        void applied(PullOutcome outcome);

        /** From now on this process syncs by itself. */
        void leading();
    }

    SyncLoop(
            Store store,
            SyncRuntime runtime,
            SealedTransport transport,
            SyncCycle cycle,
            QuarantineDesk quarantine,
            Events events,
            EngineOptions options) {
        this.store = store;
        this.runtime = runtime;
        this.transport = transport;
        this.remote = transport.remote();
        this.cycle = cycle;
        this.quarantine = quarantine;
        this.events = events;
        this.interval = options.interval();
        this.debounce = options.debounce();
        this.liveDebounce = options.liveDebounce();
        this.backoff = new Backoff(runtime);
        this.leadership = new Leadership(store, runtime, this::leading);
    }

    /** Syncs now, and from now on by itself: as soon as no other process does. */
    public void start() {
        synchronized (lock) {
            started = true;
        }
        leadership.start();
    }

    private void leading() {
        synchronized (lock) {
            if (!failing) {
                scheduleWithin(Duration.ZERO);
            }
        }
        Line line = new Line();
        transport.listen(line);
        if (transport.isLive()) {
            line.lineChanged(); // it was before anybody listened
        }
        events.leading();
    }

    /** What a live transport hears. */
    private final class Line implements LiveListener {
        @Override
        public void arrived(Cursor after, PullResult.Page page, Runnable taken) {
            runtime.schedule(Duration.ZERO, () -> {
                try {
                    take(after, page);
                } finally {
                    taken.run();
                }
            });
        }

        @Override
        public void changed() {
            synchronized (lock) {
                if (!failing) {
                    scheduleWithin(Duration.ZERO);
                }
            }
        }

        @Override
        public void lineChanged() {
            boolean begins;
            synchronized (lock) {
                boolean live = transport.isLive() && !stopped;
                if (live) {
                    scheduleWithin(Duration.ZERO); // however long the pause was to be: the remote is there
                }
                begins = live && !looking;
                looking |= live;
            }
            if (begins) {
                lookElsewhere();
            }
            events.ended(null);
        }
    }

    /** What other processes on this store write goes out soon as well, while the line is open. */
    private void lookElsewhere() {
        long commits;
        try {
            commits = store.commitsElsewhere();
        } catch (StoreException failed) {
            LOG.debug("Whether another process has written cannot be told: {}", failed.kind());
            commits = -1;
        }
        synchronized (lock) {
            looking = transport.isLive() && !stopped;
            if (!looking) {
                return;
            }
            if (commits >= 0 && commits != commitsElsewhere && !failing) {
                scheduleWithin(liveDebounce);
            }
            commitsElsewhere = commits;
            look = runtime.alarm(SyncLimits.OTHER_PROCESSES_LOOK, this::lookElsewhere);
        }
    }

    /** Applies what came by itself; whatever is not as it should be is left to the next sync, which can ask. */
    private void take(Cursor after, PullResult.Page page) {
        if (isStopped()) {
            return;
        }
        boolean isWhole = false;
        try {
            Hold turn = store.tryHold(Right.SYNC);
            if (turn != null) {
                isWhole = take(turn, after, page);
            }
        } catch (StoreException failed) {
            LOG.debug("What came by itself could not be kept: {}", failed.kind());
        } catch (Throwable bug) {
            stopForBug(List.of(), bug);
        }
        synchronized (lock) {
            if (!isWhole && !failing) {
                scheduleWithin(SyncLimits.SYNC_RETRY); // not at once, however many such pages come
            }
        }
    }

    private boolean take(Hold turn, Cursor after, PullResult.Page page) {
        try (turn) {
            if (!turn.isContinued()) {
                cycle.forget();
            }
            boolean isWhole = cycle.take(after, page);
            events.applied(quarantine.retryDue());
            events.ended(null);
            return isWhole;
        }
    }

    /** A local change was committed. */
    public void localChange() {
        synchronized (lock) {
            if (started && !failing) {
                scheduleWithin(transport.isLive() ? liveDebounce : debounce);
            }
        }
    }

    /** Syncs as soon as the sync under way, if any, has ended: in this process or another one. */
    public CompletableFuture<SyncReport> syncNow() {
        CompletableFuture<SyncReport> answer = new CompletableFuture<>();
        synchronized (lock) {
            if (stopped) {
                answer.completeExceptionally(new SyncException(BlockedBy.BUG, "the client is closed", null));
                return answer;
            }
            askers.add(answer);
            scheduleWithin(Duration.ZERO);
        }
        return answer;
    }

    /** Does something in the place of a sync: while none runs, in this process or another one. */
    CompletableFuture<Void> inTurn(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        runtime.schedule(Duration.ZERO, () -> inTurn(work, done));
        return done;
    }

    private void inTurn(Runnable work, CompletableFuture<Void> done) {
        if (isStopped()) {
            done.completeExceptionally(new IllegalStateException("the client is closed"));
            return;
        }
        try {
            Hold turn = store.tryHold(Right.SYNC);
            if (turn == null) {
                runtime.schedule(SyncLimits.SYNC_RETRY, () -> inTurn(work, done));
                return;
            }
            try (turn) {
                if (!turn.isContinued()) {
                    cycle.forget();
                }
                work.run();
            }
            done.complete(null);
        } catch (RuntimeException failed) {
            done.completeExceptionally(failed);
        }
    }

    /** No sync begins any more; those who wait for one are told. */
    public void close() {
        synchronized (lock) {
            stopped = true;
            if (next != null) {
                next.cancel();
            }
            if (look != null) {
                look.cancel();
            }
        }
        leadership.close();
        fail(takeAskers(), closed());
    }

    private static SyncException closed() {
        return new SyncException(BlockedBy.OFFLINE, "the client was closed", null);
    }

    /** Makes the next sync begin within this delay: earlier if one is due earlier. */
    private void scheduleWithin(Duration delay) {
        long dueNanos = runtime.monotonicNanos() + delay.toNanos();
        if (stopped || (next != null && nextNanos - dueNanos <= 0)) {
            return;
        }
        if (next != null) {
            next.cancel();
        }
        nextNanos = dueNanos;
        next = runtime.schedule(delay, this::runOnce);
    }

    private void runOnce() {
        synchronized (lock) {
            if (stopped) {
                return;
            }
            next = null;
        }
        List<CompletableFuture<SyncReport>> asking = takeAskers();
        try {
            Hold turn = store.tryHold(Right.SYNC);
            if (turn == null) {
                waitForTurn(asking);
                return;
            }
            SyncReport report = sync(turn);
            backoff.succeeded();
            ended(interval, report);
            asking.forEach(asker -> asker.complete(report));
        } catch (TransportException failed) {
            failed(asking, new SyncException(blockedBy(failed.kind()), message(failed), failed), failed.retryAfter());
        } catch (SyncException failed) {
            failed(asking, failed, null);
        } catch (StoreException failed) {
            failed(asking, new SyncException(BlockedBy.STORE, message(failed), failed), null);
        } catch (Throwable bug) {
            // Whatever it is, somebody may wait: plug-ins in other languages throw undeclared things.
            stopForBug(asking, bug);
        }
    }

    /** Another process syncs; whoever has asked for one waits on. */
    private void waitForTurn(List<CompletableFuture<SyncReport>> asking) {
        synchronized (lock) {
            if (!stopped) {
                askers.addAll(asking);
                scheduleWithin(SyncLimits.SYNC_RETRY);
                return;
            }
        }
        fail(asking, closed());
    }

    private SyncReport sync(Hold turn) throws TransportException, SyncException {
        try (turn) {
            if (!turn.isContinued()) {
                cycle.forget();
            }
            events.applied(quarantine.retryDue());
            SyncReport report = cycle.run();
            events.applied(quarantine.retryDue()); // what the gate held back may have waited for what came
            return report;
        }
    }

    private void failed(
            List<CompletableFuture<SyncReport>> asking, SyncException failure, @Nullable Duration retryAfter) {
        LOG.debug("Sync did not go through: {}", failure.blockedBy());
        Duration wait = backoff.failed(retryAfter);
        if (!isStopped()) {
            remember(failure); // a sync that was cut short by closing says nothing about the remote
        }
        ended(wait, null);
        fail(asking, failure);
    }

    /** Our own mistake: the loop stops and says so; the app and its local data go on. */
    private void stopForBug(List<CompletableFuture<SyncReport>> asking, Throwable bug) {
        SyncException failure = new SyncException(
                BlockedBy.BUG,
                "sync has stopped because of a bug (" + bug.getClass().getSimpleName() + "); see the log",
                bug);
        boolean closed = isStopped();
        synchronized (lock) {
            stopped = true;
        }
        leadership.close();
        try {
            if (!closed) {
                remember(failure);
                LOG.error("Sync has stopped because of a bug", bug);
                events.ended(null);
            }
        } finally {
            fail(asking, failure);
            fail(takeAskers(), failure);
        }
    }

    private boolean isStopped() {
        synchronized (lock) {
            return stopped;
        }
    }

    private void remember(SyncException failure) {
        try {
            store.write(tx -> {
                SyncOutcome before = tx.outcome(remote);
                tx.setOutcome(
                        remote,
                        new SyncOutcome(
                                before.lastSuccessMillis(),
                                failure.blockedBy(),
                                message(failure),
                                before.clockOffsetMillis()));
                return null;
            });
        } catch (StoreException alsoFailing) {
            LOG.debug("The outcome of a sync could not be kept: {}", alsoFailing.kind());
        }
    }

    private void ended(Duration untilNext, @Nullable SyncReport report) {
        synchronized (lock) {
            failing = backoff.isFailing();
            if (failing && next != null) {
                next.cancel(); // due to a local change made meanwhile: that now waits as long as everything else
                next = null;
            }
            boolean mustTryAgain = started && failing;
            if (leadership.isHeld() || mustTryAgain || !askers.isEmpty()) {
                scheduleWithin(askers.isEmpty() ? untilNext : Duration.ZERO);
            }
        }
        events.ended(report);
    }

    private static void fail(List<CompletableFuture<SyncReport>> asking, SyncException failure) {
        asking.forEach(asker -> asker.completeExceptionally(failure));
    }

    private List<CompletableFuture<SyncReport>> takeAskers() {
        synchronized (lock) {
            List<CompletableFuture<SyncReport>> asking = List.copyOf(askers);
            askers.clear();
            return asking;
        }
    }

    private static BlockedBy blockedBy(TransportException.Kind kind) {
        return switch (kind) {
            case OFFLINE -> BlockedBy.OFFLINE;
            case THROTTLED -> BlockedBy.THROTTLED;
            case UNAUTHORIZED -> BlockedBy.UNAUTHORIZED;
            case REJECTED -> BlockedBy.REJECTED;
            case UNKNOWN_SPACE -> BlockedBy.UNKNOWN_LOG;
            case PROTOCOL -> BlockedBy.PROTOCOL;
        };
    }

    private static String message(Exception failure) {
        return String.valueOf(failure.getMessage());
    }
}
