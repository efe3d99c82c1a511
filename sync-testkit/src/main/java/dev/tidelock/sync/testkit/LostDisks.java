package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/** What was on disks that are gone, because their users put back an earlier copy. */
final class LostDisks {
    /** What only a lost disk had, as far as one can tell: it may be gone, or be on its way to the relay. */
    private final List<Change> uncertain = new ArrayList<>();

    /** What is not on any disk of its device's any more, and had been sent. */
    private final List<Sent> sentOnly = new ArrayList<>();

    /** @param envelope the one that ends its transaction */
    private record Sent(SimulatedDevice device, Event event, EnvelopeHash envelope) {
        boolean isHeld(StoreReader reader) {
            List<StoredEvent> held = reader.transaction(event.device(), event.transaction());
            return held.size() == event.transaction().size()
                    && held.stream().anyMatch(stored -> stored.event().equals(event));
        }
    }

    /** A disk is gone; its device goes on with an earlier state. */
    void lost(MemoryDisk disk, SimulatedDevice device, SimulatedRelay relay) {
        List<StoredEvent> left = device.look(device::own);
        Map<Change, Integer> restored = new HashMap<>();
        left.forEach(stored -> restored.merge(change(stored), 1, Integer::sum));
        new MemoryStore(disk).look(reader -> {
            NavigableMap<Long, EnvelopeHash> sent = sent(reader, device, relay);
            long sentUpTo = sent.isEmpty() ? 0 : sent.lastKey();
            for (StoredEvent stored : device.own(reader)) {
                Change change = change(stored);
                if (restored.merge(change, -1, Integer::sum) >= 0) {
                    continue;
                }
                if (stored.event().transaction().last() <= sentUpTo) {
                    long last = stored.event().transaction().last();
                    sentOnly.add(new Sent(
                            device, stored.event(), sent.ceilingEntry(last).getValue()));
                } else if (device.written().remove(change)) {
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

    /** The device's envelopes on a disk, as far as the relay holds them, by their last counters. */
    private static NavigableMap<Long, EnvelopeHash> sent(
            StoreReader reader, SimulatedDevice device, SimulatedRelay relay) {
        NavigableMap<Long, EnvelopeHash> sent = new TreeMap<>();
        EnvelopeHash next = reader.envelopeAt(device.id(), 1);
        while (next != null && relay.holds(next)) {
            long last = Objects.requireNonNull(reader.envelope(next)).header().lastCounter();
            sent.put(last, next);
            next = reader.envelopeAt(device.id(), last + 1);
        }
        return sent;
    }

    /** What only a lost disk and the relay had may be gone once the relay forgets it, or another disk is lost. */
    void review(List<SimulatedDevice> devices, SimulatedRelay relay) {
        sentOnly.removeIf(sent -> {
            boolean there = relay.holds(sent.envelope)
                    || devices.stream().anyMatch(device -> device.look(reader -> sent.isHeld(reader)));
            if (!there && sent.device.written().remove(change(sent.event))) {
                uncertain.add(change(sent.event));
            }
            return !there;
        });
    }

    private static Change change(StoredEvent stored) {
        return change(stored.event());
    }

    private static Change change(Event event) {
        return new Change(event.key(), event.op());
    }

    /** What may be there or not, besides what must be. */
    List<Change> mayBe() {
        return uncertain;
    }
}
