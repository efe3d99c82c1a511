package dev.tidelock.sync.internal.live;

import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an observation its turns: one at a time, on the app's executor, as soon as something is marked, but not more often than the app wants. What is marked during a turn gets another one. A turn
 * that fails comes again, until the observation is closed.
 *
 * <p>Whoever marks does no more than that, and at most hands the turn to the executor: never from within another turn, so that an executor that runs things at once may do so.
 */
final class PacedObservation implements LiveQuery {
    private static final Logger LOG = LoggerFactory.getLogger(PacedObservation.class);

    /** After so many failures in a row the time to the next turn has reached its maximum anyway. */
    private static final int DOUBLINGS_MAX = 30;

    private final Look look;
    private final String collection;
    private final SyncRuntime runtime;
    private final Executor executor;
    private final Duration minInterval;
    private final Runnable beforeTurn;
    private final Consumer<PacedObservation> onClose;

    // Guarded by lock; neither the app nor the store is called under it.
    private final Object lock = new Object();
    private Marks marks = new Marks();
    private Phase phase = Phase.QUIET;
    private boolean asleep = true;
    private boolean resumed;
    private boolean paced;
    private long earliestNanos;
    private int failures;
    private SyncRuntime.@Nullable Cancellable alarm;

    private enum Phase {
        QUIET,
        /** A turn comes when its time has come. */
        WAITING,
        /** The executor is to run the turn. */
        GIVEN,
        TURN,
        CLOSED
    }

    /** @param beforeTurn marks what is known to have changed by then; does not throw */
    PacedObservation(
            Look look,
            String collection,
            SyncRuntime runtime,
            Executor executor,
            LiveOptions options,
            Runnable beforeTurn,
            Consumer<PacedObservation> onClose) {
        this.look = look;
        this.collection = collection;
        this.runtime = runtime;
        this.executor = executor;
        this.minInterval = options.minInterval();
        this.beforeTurn = beforeTurn;
        this.onClose = onClose;
    }

    /** Records have changed, of whatever collection. */
    void mark(Set<RecordKey> keys) {
        boolean turn;
        synchronized (lock) {
            marks.add(collection, keys);
            turn = plan();
        }
        giveTurn(turn);
    }

    /** Any record may have changed. */
    void markEverything() {
        boolean turn;
        synchronized (lock) {
            marks.addEverything();
            turn = plan();
        }
        giveTurn(turn);
    }

    /** It may have turns: from now on if it had none so far. */
    @Override
    public void resume() {
        boolean turn;
        synchronized (lock) {
            resumed = true;
            asleep = false;
            turn = plan();
        }
        giveTurn(turn);
    }

    /** Sees to it, under the lock, that what is marked gets a turn; true if it is to be given now. */
    private boolean plan() {
        if (phase != Phase.QUIET || asleep || marks.isEmpty()) {
            return false;
        }
        long waitNanos = paced ? earliestNanos - runtime.monotonicNanos() : 0;
        if (waitNanos <= 0) {
            phase = Phase.GIVEN;
            return true;
        }
        phase = Phase.WAITING;
        alarm = runtime.alarm(Duration.ofNanos(waitNanos), this::due);
        return false;
    }

    private void due() {
        synchronized (lock) {
            if (phase != Phase.WAITING) {
                return;
            }
            phase = Phase.GIVEN;
        }
        giveTurn(true);
    }

    private void giveTurn(boolean given) {
        if (!given) {
            return;
        }
        try {
            executor.execute(this::turn);
        } catch (RuntimeException refused) {
            LOG.warn(
                    "A live query waits: its executor took no task, {}",
                    refused.getClass().getName());
            ended(Phase.GIVEN, new Marks(), 0, true);
        }
    }

    private void turn() {
        beforeTurn.run();
        Marks taken = take();
        if (taken == null) {
            return;
        }
        long beginNanos = runtime.monotonicNanos();
        boolean failed = true;
        boolean readAll = false;
        try {
            if (look.isReady()) {
                readAll = look.at(taken, this::isOpen);
                taken = new Marks();
            } else {
                sleep();
            }
            failed = false;
        } catch (Exception failure) { // also what is not declared: apps are written in other languages, too
            report(failure);
        } finally {
            ended(Phase.TURN, taken, readAll ? runtime.monotonicNanos() - beginNanos : 0, failed);
        }
    }

    private @Nullable Marks take() {
        synchronized (lock) {
            if (phase != Phase.GIVEN) {
                return null;
            }
            phase = Phase.TURN;
            Marks taken = marks;
            marks = new Marks();
            resumed = false;
            return taken;
        }
    }

    private void sleep() {
        synchronized (lock) {
            asleep = !resumed; // it may have become ready since it was asked
        }
    }

    private void report(Exception failure) {
        if (!isOpen()) {
            return; // so is the store
        }
        LOG.warn("A live query failed, and tries again: {}", failure.getClass().getName());
        try {
            look.failed(failure);
        } catch (Exception fromApp) { // as above
            LOG.warn("The listener of a live query failed when told of a failure", fromApp);
        }
    }

    /**
     * @param of in which phase it ended, unless it was closed
     * @param left what is still marked
     * @param restNanos how long it had better rest, since it took so long to read everything: what is marked costs no more than it cost to write, and if it waited, more and more would be
     */
    private void ended(Phase of, Marks left, long restNanos, boolean failed) {
        boolean turn;
        synchronized (lock) {
            if (phase != of) {
                return;
            }
            phase = Phase.QUIET;
            failures = failed ? failures + 1 : 0;
            if (!asleep) { // else nothing was done, and whoever gets ready need not wait for that
                long boundNanos = Math.min(restNanos, SyncLimits.LIVE_REST_MAX.toNanos());
                long pauseNanos = Math.max(minInterval.toNanos(), boundNanos);
                earliestNanos = runtime.monotonicNanos() + (failed ? delayed(pauseNanos) : pauseNanos);
                paced = true;
            }
            marks.addAll(left);
            turn = plan();
        }
        giveTurn(turn);
    }

    private long delayed(long pauseNanos) {
        long maxNanos = Math.max(SyncLimits.LIVE_RETRY_MAX.toNanos(), pauseNanos);
        double doubled = pauseNanos * Math.pow(2, Math.min(failures, DOUBLINGS_MAX));
        return doubled < maxNanos ? (long) doubled : maxNanos;
    }

    private boolean isOpen() {
        synchronized (lock) {
            return phase != Phase.CLOSED;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            phase = Phase.CLOSED;
            if (alarm != null) {
                alarm.cancel();
            }
        }
        onClose.accept(this);
    }
}
