package dev.tidelock.sync.internal.live;

import dev.tidelock.sync.live.CollectionListener;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.live.Observation;
import dev.tidelock.sync.live.QueryListener;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All live queries and collection listeners of a client. While there are any, it looks now and then whether another process has written to the store.
 *
 * <p>An observation is registered before it reads, and a writer marks after its commit: so each commit is read, or marked, or both.
 */
public final class Observations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Observations.class);

    private final Store store;
    private final SyncRuntime runtime;
    private final Executor executor;
    private final CopyOnWriteArrayList<PacedObservation> all = new CopyOnWriteArrayList<>();

    /** Who begins to look asks the store under it, so that others who come meanwhile wait for the answer. */
    private final Object starting = new Object();

    // Guarded by lock; nothing of the store or the app is called under it.
    private final Object lock = new Object();
    private boolean looking;
    private boolean closed;
    private SyncRuntime.@Nullable Cancellable next;

    private final AtomicLong commitsElsewhere = new AtomicLong();

    /** @param executor where those run that have chosen no other */
    public Observations(Store store, SyncRuntime runtime, Executor executor) {
        this.store = store;
        this.runtime = runtime;
        this.executor = executor;
    }

    /** Begins a live query; it reads as soon as its executor lets it. */
    public LiveQuery observe(Observed observed, LiveOptions options, QueryListener listener) {
        PacedObservation observation = register(new QueryLook(observed, listener), observed.collection(), options);
        observation.markEverything();
        observation.resume();
        return observation;
    }

    /** Adds a listener. Reads all that is observed before it returns. */
    public Observation listen(Observed observed, LiveOptions options, CollectionListener listener) {
        CollectionLook look = new CollectionLook(observed, listener);
        PacedObservation observation = register(look, observed.collection(), options);
        boolean begun = false;
        try {
            look.begin();
            begun = true;
        } finally {
            if (!begun) {
                observation.close();
            }
        }
        observation.resume();
        return observation;
    }

    /** From now on, changes are marked for it. */
    private PacedObservation register(Look look, String collection, LiveOptions options) {
        Executor chosen = options.executor();
        PacedObservation observation = new PacedObservation(
                look, collection, runtime, chosen == null ? executor : chosen, options, this::look, all::remove);
        all.add(observation);
        boolean registered = false;
        try {
            startLooking();
            registered = true;
        } finally {
            if (!registered) {
                observation.close();
            }
        }
        return observation;
    }

    /** Records were changed by a commit of this process. */
    public void recordsChanged(Set<RecordKey> keys) {
        for (PacedObservation observation : all) {
            observation.mark(keys);
        }
    }

    /** Any record may have been changed by a commit of this process. */
    public void anythingChanged() {
        all.forEach(PacedObservation::markEverything);
    }

    /** Returns when it is known how many commits there were elsewhere: those that come afterwards are noticed. */
    private void startLooking() {
        synchronized (starting) {
            if (isLooking()) {
                return;
            }
            commitsElsewhere.set(store.commitsElsewhere());
            synchronized (lock) {
                looking = true;
            }
            lookLater();
        }
    }

    private boolean isLooking() {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the client is closed; nothing changes any more");
            }
            return looking;
        }
    }

    private void lookLater() {
        synchronized (lock) {
            if (closed || all.isEmpty()) {
                looking = false;
            } else {
                next = runtime.alarm(SyncLimits.OTHER_PROCESSES_LOOK, this::lookElsewhere);
            }
        }
    }

    private void lookElsewhere() {
        look();
        lookLater();
    }

    /** Also before each turn, so that what it tells is whole: what other processes have written by then included. */
    private void look() {
        try {
            long now = store.commitsElsewhere();
            if (commitsElsewhere.getAndSet(now) != now) {
                all.forEach(PacedObservation::markEverything);
            }
        } catch (RuntimeException failed) { // a turn that cannot read tells so itself
            LOG.debug("Whether another process has written cannot be told", failed);
        }
    }

    /** Ends all of them. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            if (next != null) {
                next.cancel();
            }
        }
        List<PacedObservation> open = new ArrayList<>(all);
        open.forEach(PacedObservation::close);
    }
}
