package dev.tidelock.sync.status;

import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import java.util.Set;

/**
 * Is told what happened, after it has been committed, on the executor that the app chose, under no lock. What it throws is logged and stops
 * nothing.
 *
 * <p>It hears what its own process writes and receives. Of what another process on the same store does, it hears nothing; the status and the records
 * that it reads are nevertheless those of the store. A live query ({@code Collection.observe}) and a listener to a collection hear of both.
 */
public interface SyncListener {
    /** Records changed, by a local write or by what arrived. Read them to see how. */
    default void onRecordsChanged(Set<RecordKey> keys) {}

    /** A sync ended, or a local change was made: the status may be another. */
    default void onStatusChanged(SyncStatus status) {}

    /** Something went into quarantine. Told once for each item, not again when a retry fails. */
    default void onQuarantined(QuarantineItem item) {}

    /** Something was noticed that an honest remote or device does not do. Told when it begins, not while it goes on. */
    default void onIncident(Incident incident) {}

    /** A sync went through. */
    default void onSynced(SyncReport report) {}
}
