package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that of the processes that share a store, one syncs by itself: takes the right to, and tries again and again while another one has it. */
final class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final Store store;
    private final SyncRuntime runtime;
    private final Runnable onTaken;

    // Guarded by lock; nothing of the store or the loop is called under it.
    private final Object lock = new Object();
    private @Nullable Hold hold;
    private SyncRuntime.@Nullable Cancellable next;
    private boolean started;
    private boolean closed;

    /** @param onTaken runs once the right is taken */
    Leadership(Store store, SyncRuntime runtime, Runnable onTaken) {
        this.store = store;
        this.runtime = runtime;
        this.onTaken = onTaken;
    }

    /** Tries now, and from now on until it succeeds. */
    void start() {
        synchronized (lock) {
            if (started || closed) {
                return;
            }
            started = true;
        }
        attempt();
    }

    boolean isHeld() {
        synchronized (lock) {
            return hold != null;
        }
    }

    private void attempt() {
        Hold taken = tryHold();
        synchronized (lock) {
            if (!closed && taken != null) {
                hold = taken;
            } else if (!closed) {
                next = runtime.schedule(SyncLimits.LEAD_RETRY, this::attempt);
            }
        }
        if (isHeld()) {
            onTaken.run();
        } else if (taken != null) {
            taken.close();
        }
    }

    private @Nullable Hold tryHold() {
        try {
            return store.tryHold(Right.LEAD);
        } catch (StoreException failed) {
            LOG.warn("Whether another process syncs by itself cannot be told: {}", failed.kind());
            return null;
        }
    }

    /** Lets go, so that another process may take over. */
    void close() {
        Hold held;
        synchronized (lock) {
            closed = true;
            held = hold;
            hold = null;
            if (next != null) {
                next.cancel();
            }
        }
        if (held != null) {
            held.close();
        }
    }
}
