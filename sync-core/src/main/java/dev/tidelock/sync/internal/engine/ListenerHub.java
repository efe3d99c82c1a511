package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what has been committed: on the app's executor, under no lock, each on its own. */
public final class ListenerHub {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerHub.class);

    private final Executor executor;
    private final Consumer<Set<RecordKey>> changes;
    private final Runnable unknownChanges;
    private final CopyOnWriteArrayList<SyncListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param changes is told at once, on the thread that has committed, which records have changed
     * @param unknownChanges is told, likewise, that this cannot be said
     */
    public ListenerHub(Executor executor, Consumer<Set<RecordKey>> changes, Runnable unknownChanges) {
        this.executor = executor;
        this.changes = changes;
        this.unknownChanges = unknownChanges;
    }

    public void add(SyncListener listener) {
        listeners.add(listener);
    }

    public void remove(SyncListener listener) {
        listeners.remove(listener);
    }

    void recordsChanged(Set<RecordKey> keys) {
        changes.accept(keys);
        if (!keys.isEmpty() && !listeners.isEmpty()) {
            Set<RecordKey> copy = Set.copyOf(keys);
            deliver(listener -> listener.onRecordsChanged(copy));
        }
    }

    /** Any record may have changed, and it cannot be said which. */
    void anythingChanged() {
        unknownChanges.run();
    }

    /** Tells the status, if the store can be read: what led here has been committed, and the next change tells it again. */
    void statusChanged(Supplier<SyncStatus> status) {
        if (listeners.isEmpty()) {
            return;
        }
        try {
            SyncStatus now = status.get();
            deliver(listener -> listener.onStatusChanged(now));
        } catch (StoreException failed) {
            LOG.debug("The status could not be read: {}", failed.kind());
        }
    }

    void quarantined(QuarantineItem item) {
        deliver(listener -> listener.onQuarantined(item));
    }

    void noticed(Incident incident) {
        deliver(listener -> listener.onIncident(incident));
    }

    void synced(SyncReport report) {
        deliver(listener -> listener.onSynced(report));
    }

    private void deliver(Consumer<SyncListener> message) {
        for (SyncListener listener : listeners) {
            try {
                executor.execute(() -> guarded(listener, message));
            } catch (RejectedExecutionException closing) {
                LOG.debug("A listener was not told: its executor is closed");
            } catch (RuntimeException fromApp) {
                LOG.warn("A listener was not told: its executor failed", fromApp);
            }
        }
    }

    private static void guarded(SyncListener listener, Consumer<SyncListener> message) {
        try {
            message.accept(listener);
        } catch (RuntimeException fromApp) {
            LOG.warn("Listener {} failed", listener.getClass().getName(), fromApp);
        }
    }
}
