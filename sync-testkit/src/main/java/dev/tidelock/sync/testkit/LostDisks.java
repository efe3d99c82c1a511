package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What was on disks that are gone, because their users put back an earlier copy. */
final class LostDisks {
    /** What only a lost disk had, as far as one can tell: it may be gone, or be on its way to the relay. */
    private final List<Change> uncertain = new ArrayList<>();

    /** A disk is gone; its device goes on with an earlier state. */
    void lost(MemoryDisk disk, SimulatedDevice device, SimulatedRelay relay) {
        List<StoredEvent> left = device.look(device::own);
        Map<Change, Integer> restored = new HashMap<>();
        left.forEach(stored -> restored.merge(change(stored), 1, Integer::sum));
        new MemoryStore(disk).look(reader -> {
            long sent = sentUpTo(reader, device, relay);
            for (StoredEvent stored : device.own(reader)) {
                Change change = change(stored);
                boolean gone = restored.merge(change, -1, Integer::sum) < 0
                        && stored.event().transaction().last() > sent;
                if (gone && device.written().remove(change)) {
                    uncertain.add(change);
                }
            }
            for (StoredEvent stored : left) {
                StoredEvent known = reader.event(stored.event().id());
                boolean isNew = known == null || !known.event().equals(stored.event());
                if (isNew && restored.merge(change(stored), -1, Integer::sum) >= 0) {
                    device.written().add(change(stored)); // a loss of power had taken it from the disk that is lost now
                }
            }
            return true;
        });
    }

    /** The counter up to which the relay holds what is on a disk. */
    private static long sentUpTo(StoreReader reader, SimulatedDevice device, SimulatedRelay relay) {
        long counter = 0;
        EnvelopeHash next = reader.envelopeAt(device.id(), 1);
        while (next != null && relay.holds(next)) {
            Envelope envelope = Objects.requireNonNull(reader.envelope(next));
            counter = envelope.header().lastCounter();
            next = reader.envelopeAt(device.id(), counter + 1);
        }
        return counter;
    }

    private static Change change(StoredEvent stored) {
        return new Change(stored.event().key(), stored.event().op());
    }

    /** What may be there or not, besides what must be. */
    List<Change> mayBe() {
        return uncertain;
    }
}
