package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.RecordKey;
import java.util.LinkedHashSet;
import java.util.Set;

/** What one pull pass, or a part of it, did. */
final class PullOutcome {
    long pulledEvents;
    long newConflicts;
    long remoteMillis;
    final Set<RecordKey> changedKeys = new LinkedHashSet<>();
}
