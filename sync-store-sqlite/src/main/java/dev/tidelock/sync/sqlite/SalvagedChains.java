package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which of the envelopes found are whole chains: from a device's first one, by counter and hash, up to the first gap. */
final class SalvagedChains {
    private final List<SalvagedRows.Kept> usable = new ArrayList<>();
    private final Map<DeviceId, SalvagedRows.Kept> last = new HashMap<>();
    private final Set<EnvelopeHash> whole = new HashSet<>();
    private final Map<DeviceId, Integer> found = new HashMap<>();
    private final Map<DeviceId, Integer> used = new HashMap<>();
    private final Map<DeviceId, Long> highest = new HashMap<>();

    /** @param envelopes in the order in which the store came to hold them */
    SalvagedChains(Collection<SalvagedRows.Kept> envelopes) {
        Map<DeviceId, TreeMap<Long, SalvagedRows.Kept>> byDevice = new HashMap<>();
        for (SalvagedRows.Kept kept : envelopes) {
            EnvelopeHeader header = kept.header();
            byDevice.computeIfAbsent(header.device(), first -> new TreeMap<>()).put(header.firstCounter(), kept);
            found.merge(header.device(), 1, Integer::sum);
            highest.merge(header.device(), header.lastCounter(), Math::max);
        }
        byDevice.forEach((device, chain) -> follow(device, chain));
        for (SalvagedRows.Kept kept : envelopes) {
            if (whole.contains(kept.hash())) {
                usable.add(kept);
                used.merge(kept.header().device(), 1, Integer::sum);
            }
        }
    }

    private void follow(DeviceId device, TreeMap<Long, SalvagedRows.Kept> chain) {
        for (SalvagedRows.Kept kept : chain.values()) {
            EnvelopeHeader header = kept.header();
            if (header.firstCounter() != lastCounter(device) + 1
                    || !header.previous().equals(lastHash(device))) {
                return;
            }
            last.put(device, kept);
            whole.add(kept.hash());
        }
    }

    /** In the order in which the store came to hold them. */
    List<SalvagedRows.Kept> usable() {
        return usable;
    }

    /** How far the device's chain is whole; 0 if nothing of it is. */
    long lastCounter(DeviceId device) {
        SalvagedRows.Kept end = last.get(device);
        return end == null ? 0 : end.header().lastCounter();
    }

    EnvelopeHash lastHash(DeviceId device) {
        SalvagedRows.Kept end = last.get(device);
        return end == null ? EnvelopeHash.NONE : end.hash();
    }

    /** How many of the device's envelopes are behind a gap. */
    int unusable(DeviceId device) {
        return found.getOrDefault(device, 0) - used.getOrDefault(device, 0);
    }

    /** The highest counter in any envelope of the device, behind a gap or not. */
    long highestCounter(DeviceId device) {
        return highest.getOrDefault(device, 0L);
    }
}
