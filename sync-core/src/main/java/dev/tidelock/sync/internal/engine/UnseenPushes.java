package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.SyncLimits;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What pushes were told is in the log, and no pull has seen there. Needs no more memory than {@link SyncLimits#UNSEEN_ENVELOPES_MAX} allows. */
final class UnseenPushes {
    // Touched only by the runtime's logical thread.
    private final Set<EnvelopeHash> hashes = new HashSet<>();
    private boolean more;

    void add(Collection<EnvelopeHash> confirmed) {
        for (EnvelopeHash hash : confirmed) {
            if (hashes.size() < SyncLimits.UNSEEN_ENVELOPES_MAX) {
                hashes.add(hash);
            } else {
                more = true; // only a comparison of heads will tell
            }
        }
    }

    void seen(EnvelopeHash hash) {
        hashes.remove(hash);
    }

    void clear() {
        hashes.clear();
        more = false;
    }

    boolean isEmpty() {
        return hashes.isEmpty() && !more;
    }
}
