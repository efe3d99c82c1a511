package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.spi.transport.PushReceipt;
import java.util.ArrayList;
import java.util.List;

/** What one push pass did. */
final class PushOutcome {
    long pushedEvents;
    long remoteMillis;
    final List<PushReceipt.Refusal> refusals = new ArrayList<>();

    /** Whether the remote lacks something that it should have: it was rolled back, or never had it. */
    boolean remoteHasGap() {
        return refusals.stream().anyMatch(refusal -> refusal.reason() == PushReceipt.RefusalReason.GAP);
    }
}
