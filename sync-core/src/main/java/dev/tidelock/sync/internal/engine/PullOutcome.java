package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SyncLimits;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one pull pass, or a part of it, did. */
final class PullOutcome {
    long pulledEvents;
    long newConflicts;
    int pages;

    /** Whether there is more to read: the pass stopped at {@link SyncLimits#PULL_PAGES_MAX}, or has to begin anew. */
    boolean more;

    /** Whether another device has voided what this one has not sealed. */
    boolean voidsUnsealed;

    /** What went into quarantine, and had not been there. */
    final List<QuarantineItem> quarantined = new ArrayList<>();

    /** What was noticed of the remote or of another device. */
    final List<Incident> incidents = new ArrayList<>();

    final Set<RecordKey> changedKeys = new LinkedHashSet<>();

    /** Of the changed records, those that were deleted, or had been. */
    final Set<RecordKey> flippedKeys = new LinkedHashSet<>();

    /** Takes in what another part did to records and quarantine. */
    void add(PullOutcome other) {
        newConflicts += other.newConflicts;
        quarantined.addAll(other.quarantined);
        incidents.addAll(other.incidents);
        changedKeys.addAll(other.changedKeys);
        flippedKeys.addAll(other.flippedKeys);
    }
}
