package dev.tidelock.sync.status;

import dev.tidelock.sync.model.Incident;
import java.util.List;
import java.util.Objects;

/**
 * Where a device stands. Derived from its store at the moment of asking, so it never claims more than is so.
 *
 * @param state the one word for a status line
 * @param pending how many of this device's events the remote has not confirmed
 * @param passingOn how many envelopes wait to be sent, other devices' included
 * @param quarantined how many items are in quarantine, without those held back
 * @param held how many transactions wait for the app's gate or for an update of the app
 * @param conflicts how many entries of the conflict log are open
 * @param lastSyncMillis when a sync last went through, milliseconds since 1970; 0 if none did
 * @param blockedBy what stopped the last sync
 * @param detail one line about that; empty if nothing did
 * @param devices how many devices have written to the space, as far as this one knows, itself included
 * @param clockOffsetMillis how far the remote's clock is ahead of this device's; 0 if it did not say
 * @param incidents what was noticed of the remote and of other devices, open or over, the oldest first
 * @param updatesNeeded what other devices have in a newer version than this app
 */
public record SyncStatus(
        State state,
        long pending,
        long passingOn,
        long quarantined,
        long held,
        long conflicts,
        long lastSyncMillis,
        BlockedBy blockedBy,
        String detail,
        int devices,
        long clockOffsetMillis,
        List<Incident> incidents,
        List<UpdateNeeded> updatesNeeded) {
    public SyncStatus {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(blockedBy, "blockedBy");
        Objects.requireNonNull(detail, "detail");
        incidents = List.copyOf(incidents);
        updatesNeeded = List.copyOf(updatesNeeded);
    }

    /** The one word. The first that fits, in this order. */
    public enum State {
        /** The last sync was stopped by something that will not go away by itself. */
        BLOCKED,
        /** Something is in quarantine, or an incident is open. */
        ATTENTION,
        /** The last sync did not go through; it is tried again. */
        OFFLINE,
        /** There are changes that the remote has not confirmed. */
        PENDING,
        /** The app's gate holds something back, or something waits for an update of the app: see {@link SyncStatus#updatesNeeded}. */
        HOLDING,
        /** No sync has gone through yet. */
        NEW,
        /** The last sync went through, and nothing waits. */
        SYNCED
    }
}
