package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Looks at the devices of a simulated world from outside, and compares what they hold with what was promised. */
final class Inspector {
    private final Strategies strategies;
    private final Workload workload;
    private final List<SimulatedDevice> devices;
    private final SimulatedRelay relay;
    private final Map<DeviceId, Long> onceAtRelay = new HashMap<>();
    private int looks;

    Inspector(Strategies strategies, Workload workload, List<SimulatedDevice> devices, SimulatedRelay relay) {
        this.strategies = strategies;
        this.workload = workload;
        this.devices = devices;
        this.relay = relay;
    }

    /** After every commit: a transaction shows whole or not at all. */
    void committed(SimulatedDevice device) {
        device.look(reader -> {
            for (List<RecordKey> group : workload.groups()) {
                JsonValue first = reader.record(group.get(0)).value();
                for (RecordKey key : group) {
                    if (!Objects.equals(first, reader.record(key).value())) {
                        throw new SimulationFailure(
                                Kind.BROKEN, "device " + device.number() + " shows a part of a transaction, in " + key);
                    }
                }
            }
            return true;
        });
    }

    /** After every step: the status tells the truth; now and then, a record is what its events come to. */
    void look(SimulatedDevice device) {
        if (!device.isRunning()) {
            return;
        }
        SyncStatus status = device.client().status();
        if (status.blockedBy() == BlockedBy.BUG) {
            throw new SimulationFailure(Kind.BROKEN, "device " + device.number() + ": " + status.detail());
        }
        long unknownToRelay = device.head() - atRelay(device);
        if (status.pending() < unknownToRelay) {
            throw new SimulationFailure(
                    Kind.BROKEN,
                    "device " + device.number() + " says that " + status.pending()
                            + " events are pending; the relay lacks " + unknownToRelay);
        }
        boolean somethingLeft = status.pending() + status.passingOn() + status.quarantined() > 0;
        if (status.state() == SyncStatus.State.SYNCED && somethingLeft) {
            throw new SimulationFailure(Kind.BROKEN, "device " + device.number() + " says synced, but: " + status);
        }
        requireExpectedQuarantine(device);
        if (++looks % 16 == 0) {
            RecordKey key = workload.keys().get(looks / 16 % workload.keys().size());
            device.look(reader -> {
                requireFolded(device, reader, key);
                return true;
            });
        }
    }

    /** The highest counter that the relay holds of a device, or held before it forgot: the device was told so. */
    private long atRelay(SimulatedDevice device) {
        return Math.max(relay.lastCounter(device.id()), onceAtRelay.getOrDefault(device.id(), 0L));
    }

    /** The relay is about to forget something. */
    void relayForgets() {
        devices.forEach(device -> onceAtRelay.put(device.id(), atRelay(device)));
    }

    /** With a relay that does not lie, only what is too far in the future may wait, and bytes that nobody wrote. */
    private static void requireExpectedQuarantine(SimulatedDevice device) {
        for (QuarantineItem item : device.look(StoreReader::quarantine)) {
            boolean expected = switch (item.reason()) {
                case FUTURE_CLOCK, MALFORMED, BAD_SIGNATURE, MISSING_EARLIER -> true;
                default -> false;
            };
            if (!expected) {
                throw new SimulationFailure(Kind.BROKEN, "in quarantine of device " + device.number() + ": " + item);
            }
        }
    }

    private void requireFolded(SimulatedDevice device, StoreReader reader, RecordKey key) {
        RecordState state = reader.record(key);
        ReferenceFold reference = new ReferenceFold(strategies, reader.events(key), reader.voidedEvents(key));
        ReferenceFold.Folded expected = reference.fold();
        boolean same = Objects.equals(expected.value(), state.value())
                && Objects.equals(expected.stamp(), state.valueStamp())
                && reference.heads().equals(state.heads());
        if (!same) {
            throw new SimulationFailure(
                    Kind.DIVERGED,
                    key + " of device " + device.number() + " holds " + state + "; its events come to " + expected
                            + " with heads " + reference.heads());
        }
    }

    /** Whether nothing waits anywhere, and every device and the relay hold everything that was acknowledged. */
    boolean isQuiet() {
        List<Long> heads = heads();
        for (SimulatedDevice device : devices) {
            boolean quiet = device.look(reader -> isQuiet(device, reader, heads));
            if (!quiet) {
                return false;
            }
        }
        return true;
    }

    private boolean isQuiet(SimulatedDevice device, StoreReader reader, List<Long> heads) {
        String remote = SimulatedTransport.REMOTE;
        boolean waits = reader.outboxCount(remote) + reader.pendingEvents(remote) + reader.quarantineCount() > 0;
        if (waits || device.counting(reader) != device.written().size()) {
            return false;
        }
        for (SimulatedDevice author : devices) {
            EnvelopeChain chain = reader.chain(author.id());
            long held = chain == null ? 0 : chain.lastCounter();
            if (held != heads.get(author.number()) || relay.lastCounter(author.id()) != held) {
                return false;
            }
        }
        return true;
    }

    /** The counter of every device's last event, by the device's number. */
    private List<Long> heads() {
        List<Long> heads = new ArrayList<>();
        devices.forEach(device -> heads.add(device.head()));
        return heads;
    }

    void requireQuiet(int rounds) {
        List<Long> heads = heads();
        for (SimulatedDevice device : devices) {
            boolean quiet = device.look(reader -> isQuiet(device, reader, heads));
            if (!quiet) {
                throw new SimulationFailure(
                        Kind.STUCK,
                        "after " + rounds + " rounds device " + device.number() + " still waits or lacks something: "
                                + device.client().status() + ", "
                                + device.client().quarantine() + ", events "
                                + device.look(reader -> chains(reader, heads)) + ", relay " + relayHeads());
            }
        }
    }

    private String relayHeads() {
        StringBuilder text = new StringBuilder();
        devices.forEach(author -> text.append(relay.lastCounter(author.id())).append(' '));
        return text.toString();
    }

    private String chains(StoreReader reader, List<Long> heads) {
        StringBuilder text = new StringBuilder();
        for (SimulatedDevice author : devices) {
            EnvelopeChain chain = reader.chain(author.id());
            text.append(chain == null ? 0 : chain.lastCounter())
                    .append('/')
                    .append(heads.get(author.number()))
                    .append(' ');
        }
        return text.toString();
    }

    /** Every device holds every acknowledged event, and the state that these come to. */
    void requireSameEverywhere() {
        SimulatedDevice first = devices.get(0);
        String stateHash = first.client().stateHash();
        List<Long> heads = heads();
        for (SimulatedDevice device : devices) {
            device.look(reader -> {
                requireAllEvents(device, reader, heads);
                return true;
            });
            for (RecordKey key : workload.keys()) {
                RecordState one = first.look(reader -> reader.record(key));
                RecordState other = device.look(reader -> reader.record(key));
                if (!one.equals(other)) {
                    throw new SimulationFailure(
                            Kind.DIVERGED, key + " holds " + one + " on device 0, " + other + " on " + device.number());
                }
            }
            if (!stateHash.equals(device.client().stateHash())) {
                throw new SimulationFailure(Kind.DIVERGED, "the state hash of device " + device.number() + " differs");
            }
            requireShown(device);
            SyncStatus status = device.client().status();
            if (status.state() != SyncStatus.State.SYNCED
                    && !(status.state() == SyncStatus.State.NEW && relay.size() == 0)) {
                throw new SimulationFailure(
                        Kind.STUCK, "device " + device.number() + " does not say synced: " + status);
            }
        }
        first.look(reader -> {
            workload.keys().forEach(key -> requireFolded(first, reader, key));
            workload.counters().forEach(key -> requireSum(reader, key));
            return true;
        });
    }

    /** An app that only listens ends up with what is there. */
    private void requireShown(SimulatedDevice device) {
        for (RecordKey key : workload.keys()) {
            JsonValue shown = device.screen().shown(key);
            if (!Objects.equals(shown, device.look(reader -> reader.record(key).value()))) {
                throw new SimulationFailure(
                        Kind.BROKEN, "listeners of device " + device.number() + " were not told the last of " + key);
            }
        }
        SyncStatus told = device.screen().status();
        if (told == null || !told.equals(device.client().status())) {
            throw new SimulationFailure(
                    Kind.BROKEN, "listeners of device " + device.number() + " were told " + told + " last");
        }
    }

    /** By what they do: an event may have been issued again, under another stamp. */
    private void requireAllEvents(SimulatedDevice device, StoreReader reader, List<Long> heads) {
        for (SimulatedDevice author : devices) {
            Map<Change, Integer> missing = new HashMap<>();
            author.written().forEach(change -> missing.merge(change, 1, Integer::sum));
            for (StoredEvent stored : author.countingEvents(reader, heads.get(author.number()))) {
                Event event = stored.event();
                Change change = new Change(event.key(), event.op());
                Integer left = missing.get(change);
                if (left == null || left == 0 || stored.state() != EventState.APPLIED) {
                    throw new SimulationFailure(
                            Kind.LOST,
                            "device " + device.number() + " holds " + stored + ", which is not as it was acknowledged");
                }
                missing.put(change, left - 1);
            }
            missing.values().removeIf(left -> left == 0);
            if (!missing.isEmpty()) {
                throw new SimulationFailure(
                        Kind.LOST,
                        missing + " is acknowledged by device " + author.number() + ", and not on device "
                                + device.number());
            }
        }
    }

    /** Each addition counts once. */
    private void requireSum(StoreReader reader, RecordKey key) {
        long expected = 0;
        for (SimulatedDevice author : devices) {
            for (Change change : author.written()) {
                if (change.key().equals(key)) {
                    expected += Objects.requireNonNull(change.op().value().asNumber())
                            .longValue();
                }
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
