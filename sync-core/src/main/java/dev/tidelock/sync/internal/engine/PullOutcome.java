package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SyncLimits;
import java.util.LinkedHashSet;
import java.util.Set;

/** What one pull pass, or a part of it, did. */
final class PullOutcome {
    long pulledEvents;
    long newConflicts;
    long remoteMillis;
    int pages;

    /** Whether there is more to read: the pass stopped at {@link SyncLimits#PULL_PAGES_MAX}, or has to begin anew. */
    boolean more;

    final Set<RecordKey> changedKeys = new LinkedHashSet<>();
}
