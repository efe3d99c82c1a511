package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What the devices of a world have promised, against what counts in a store: each acknowledged change once, whoever wrote it, and under whichever identity. */
final class Balance {
    private final List<SimulatedDevice> devices;
    private final LostDisks lostDisks;

    Balance(List<SimulatedDevice> devices, LostDisks lostDisks) {
        this.devices = devices;
        this.lostDisks = lostDisks;
    }

    /** By what they do: an event may have been issued again, under another stamp or by another device. */
    void requireAll() {
        Map<Change, Integer> least = new HashMap<>();
        devices.forEach(author -> add(least, author.written()));
        Map<Change, Integer> most = new HashMap<>(least);
        add(most, lostDisks.mayBe());
        Set<Long> balanced = new HashSet<>();
        for (SimulatedDevice device : devices) {
            device.look(reader -> {
                if (balanced.add(reader.mark())) {
                    require(device, reader, least, most);
                }
                return true;
            });
        }
    }

    private void require(
            SimulatedDevice device, StoreReader reader, Map<Change, Integer> least, Map<Change, Integer> most) {
        Map<Change, Integer> found = new HashMap<>();
        counting(reader).forEach(event -> found.merge(new Change(event.key(), event.op()), 1, Integer::sum));
        found.forEach((change, count) -> {
            if (count > most.getOrDefault(change, 0)) {
                throw new SimulationFailure(
                        Kind.LOST,
                        "'" + ScriptText.line(change) + "' counts " + count + " times on device " + device.number()
                                + ", and was acknowledged " + most.getOrDefault(change, 0) + " times");
            }
        });
        least.forEach((change, count) -> {
            if (count > found.getOrDefault(change, 0)) {
                throw new SimulationFailure(
                        Kind.LOST,
                        "'" + ScriptText.line(change) + "' is acknowledged " + count + " times, and on device "
                                + device.number() + " " + found.getOrDefault(change, 0) + " times");
            }
        });
    }

    private static void add(Map<Change, Integer> to, List<Change> changes) {
        changes.forEach(change -> to.merge(change, 1, Integer::sum));
    }

    /** The app's events that count in a store. */
    private List<Event> counting(StoreReader reader) {
        List<Event> counting = new ArrayList<>();
        for (DeviceId author : identities()) {
            EnvelopeChain chain = reader.chain(author);
            long last = chain == null ? 0 : chain.lastCounter();
            for (StoredEvent stored : SimulatedDevice.countingEvents(reader, author, last)) {
                if (stored.state() == EventState.APPLIED) {
                    counting.add(stored.event());
                }
            }
        }
        return counting;
    }

    /** The ids that devices have, or have had. */
    Set<DeviceId> identities() {
        Set<DeviceId> identities = new LinkedHashSet<>();
        devices.forEach(device -> identities.addAll(device.identities()));
        return identities;
    }

    /** Each addition counts once. */
    void requireSum(StoreReader reader, RecordKey key) {
        long expected = 0;
        for (Event event : counting(reader)) {
            if (event.key().equals(key)) {
                expected +=
                        Objects.requireNonNull(event.op().value().asNumber()).longValue();
            }
        }
        JsonValue value = reader.record(key).value();
        JsonNumber number = value == null ? null : value.asNumber();
        long found = number == null ? 0 : number.longValue();
        if (found != expected) {
            throw new SimulationFailure(Kind.LOST, key + " is " + found + "; what was added comes to " + expected);
        }
    }
}
