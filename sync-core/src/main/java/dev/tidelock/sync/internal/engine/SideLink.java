package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.PeerLog;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.LinkStatus;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Syncs with one other device beside the main remote: gets what is lacking here, and gives what is lacking there, whoever wrote it and whatever way it came. So what the one remote has reaches the other.
 *
 * <p>It decides nothing that concerns the main remote: forks are settled there, and the clock is set there.
 */
final class SideLink implements LiveListener {
    private final Store store;
    private final SyncRuntime runtime;
    private final SealedTransport transport;
    private final PeerPass pull;
    private final PushPass push;
    private final UnseenPushes unseen;
    private final PeerLog desk;
    private final Consumer<Runnable> inTurn;
    private final Runnable ended;
    private final EngineOptions options;

    // Touched only by the runtime's logical thread.
    private final Backoff backoff;

    private final Object lock = new Object();
    // Guarded by lock.
    private SyncRuntime.@Nullable Cancellable next;
    private long nextNanos;
    private boolean started;
    private boolean stopped;
    private boolean failing;

    /**
     * @param desk answers the other device, once this one has started
     * @param inTurn runs work while no sync runs
     * @param ended is told after each sync
     */
    SideLink(
            Store store,
            SyncRuntime runtime,
            SealedTransport transport,
            PeerPass pull,
            PushPass push,
            UnseenPushes unseen,
            PeerLog desk,
            Consumer<Runnable> inTurn,
            Runnable ended,
            EngineOptions options) {
        this.store = store;
        this.runtime = runtime;
        this.transport = transport;
        this.pull = pull;
        this.push = push;
        this.unseen = unseen;
        this.desk = desk;
        this.inTurn = inTurn;
        this.ended = ended;
        this.options = options;
        this.backoff = new Backoff(runtime);
    }

    /** Syncs now, and from now on by itself. */
    void start() {
        synchronized (lock) {
            if (started || stopped) {
                return;
            }
            started = true;
        }
        transport.serve(
                desk); // only now: of the processes that share the store, the one that leads is at the link's end
        transport.listen(this);
        within(Duration.ZERO);
    }

    /** Something is here that may not be there. */
    void hasNews() {
        boolean goesThrough;
        synchronized (lock) {
            goesThrough = !failing;
        }
        if (goesThrough && transport.isLive()) {
            within(options.liveDebounce());
        }
    }

    private void within(Duration delay) {
        synchronized (lock) {
            long dueNanos = runtime.monotonicNanos() + delay.toNanos();
            if (!started || stopped || (next != null && nextNanos - dueNanos <= 0)) {
                return;
            }
            if (next != null) {
                next.cancel();
            }
            nextNanos = dueNanos;
            next = runtime.schedule(delay, this::due);
        }
    }

    private void due() {
        synchronized (lock) {
            next = null; // whatever becomes of this turn, another one may be asked for
        }
        inTurn.accept(this::run);
    }

    private void run() {
        synchronized (lock) {
            if (stopped) {
                return;
            }
        }
        Duration wait = options.interval();
        try {
            pull.run(new PullOutcome());
            push.run(store.read(reader -> reader.incidents().stream().noneMatch(this::isOwnFork)));
            backoff.succeeded();
            remember(new SyncOutcome(runtime.wallMillis(), BlockedBy.NOTHING, "", 0));
        } catch (TransportException failed) {
            wait = backoff.failed(failed.retryAfter());
            rememberFailure(failed);
        } catch (StoreException failed) {
            wait = backoff.failed(null);
        } finally {
            unseen.clear(); // a device's word is enough: it keeps what it has
            synchronized (lock) {
                failing = backoff.isFailing();
            }
            within(wait);
            ended.run();
        }
    }

    private boolean isOwnFork(Incident incident) {
        return SyncCycle.isFork(incident, transport.device());
    }

    private void rememberFailure(TransportException failed) {
        boolean isLasting = failed.kind() == TransportException.Kind.REJECTED;
        SyncOutcome before = store.read(reader -> reader.outcome(transport.remote()));
        remember(new SyncOutcome(
                before.lastSuccessMillis(),
                isLasting ? BlockedBy.REJECTED : BlockedBy.OFFLINE,
                String.valueOf(failed.getMessage()),
                0));
    }

    private void remember(SyncOutcome outcome) {
        store.write(tx -> {
            tx.setOutcome(transport.remote(), outcome);
            return null;
        });
    }

    LinkStatus status() {
        SyncOutcome outcome = store.read(reader -> reader.outcome(transport.remote()));
        return new LinkStatus(
                transport.remote(),
                transport.isLive(),
                outcome.lastSuccessMillis(),
                outcome.blockedBy(),
                outcome.detail());
    }

    @Override
    public void arrived(Cursor after, PullResult.Page page, Runnable taken) {
        taken.run(); // a device is asked by what is known
    }

    @Override
    public void changed() {
        within(Duration.ZERO);
    }

    @Override
    public void lineChanged() {
        if (transport.isLive()) {
            within(Duration.ZERO);
        }
    }

    void close() {
        synchronized (lock) {
            stopped = true;
            if (next != null) {
                next.cancel();
            }
        }
        transport.close();
    }
}
