package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.transport.PushReceipt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What one push pass did. */
final class PushOutcome {
    long pushedEvents;
    final List<PushReceipt.Refusal> refusals = new ArrayList<>();

    /** Devices of which the remote refused an envelope: it takes no later one of theirs before that. */
    final Set<DeviceId> refusedDevices = new HashSet<>();

    /** Whether the remote lacks something that it should have: it was rolled back, or never had it. */
    boolean remoteHasGap() {
        return refusals.stream().anyMatch(refusal -> refusal.reason() == PushReceipt.RefusalReason.GAP);
    }
}
