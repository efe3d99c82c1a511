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
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import dev.tidelock.sync.testkit.Troubles.Trouble;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Looks at the devices of a simulated world from outside, and compares what they hold with what was promised. */
final class Inspector {
    private final StateLedger ledger;
    private final Workload workload;
    private final List<SimulatedDevice> devices;
    private final SimulatedRelay relay;
    private final Map<DeviceId, Long> onceAtRelay = new HashMap<>();

    private boolean relayForgot;

    Inspector(Strategies strategies, Workload workload, List<SimulatedDevice> devices, SimulatedRelay relay) {
        this.ledger = new StateLedger(strategies);
        this.workload = workload;
        this.devices = devices;
        this.relay = relay;
    }

    /** After every commit: each record that it touched is what its events come to, and a transaction shows whole or not at all. */
    void committed(SimulatedDevice device, Collection<RecordKey> touched) {
        device.look(reader -> {
            requireNothingSkipped(device, reader);
            for (RecordKey key : touched) {
                ledger.check(device.number(), reader, key);
                requireWhole(device, reader, key);
            }
            return true;
        });
    }

    /**
     * What the cursor has passed is held, or something in quarantine stands for it: it would never be asked for again. Not so once the relay has gone
     * back: what then stands below an old position is asked for after a comparison of heads, in a transaction of its own.
     */
    private void requireNothingSkipped(SimulatedDevice device, StoreReader reader) {
        Cursor cursor = reader.cursor(SimulatedTransport.REMOTE);
        if (relayForgot || cursor == null || reader.quarantineCount() > 0 || !relay.agrees(cursor)) {
            return;
        }
        for (long position = device.checkedPosition(); position < cursor.position(); position++) {
            if (!reader.hasEnvelope(relay.hashAt(position))) {
                throw new SimulationFailure(
                        Kind.LOST, "device " + device.number() + " has read past entry " + position + " without it");
            }
        }
        device.setCheckedPosition(cursor.position());
    }

    private void requireWhole(SimulatedDevice device, StoreReader reader, RecordKey key) {
        List<RecordKey> group = workload.group(key);
        JsonValue value = group.isEmpty() ? null : reader.record(key).value();
        for (RecordKey other : group) {
            if (!Objects.equals(value, reader.record(other).value())) {
                throw new SimulationFailure(
                        Kind.BROKEN, "device " + device.number() + " shows a part of a transaction, in " + key);
            }
        }
    }

    /** After every step: what was acknowledged is there, and the status tells the truth. */
    void look(SimulatedDevice device) {
        if (!device.isRunning()) {
            return;
        }
        device.requireAcknowledged();
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
        requireCounted(device, status);
        boolean somethingLeft = status.pending() + status.passingOn() + status.quarantined() > 0;
        if (status.state() == SyncStatus.State.SYNCED && somethingLeft) {
            throw new SimulationFailure(Kind.BROKEN, "device " + device.number() + " says synced, but: " + status);
        }
        requireExpectedQuarantine(device);
    }

    private static void requireCounted(SimulatedDevice device, SyncStatus status) {
        device.look(reader -> {
            boolean counted = status.pending() == reader.pendingEvents(SimulatedTransport.REMOTE)
                    && status.passingOn() == reader.outboxCount(SimulatedTransport.REMOTE)
                    && status.quarantined() == reader.quarantineCount()
                    && status.conflicts() == reader.conflictCount();
            if (!counted) {
                throw new SimulationFailure(
                        Kind.BROKEN, "device " + device.number() + " counts otherwise than its store: " + status);
            }
            return true;
        });
    }

    /** The highest counter that the relay holds of a device, or held before it forgot: the device was told so. */
    private long atRelay(SimulatedDevice device) {
        return Math.max(relay.lastCounter(device.id()), onceAtRelay.getOrDefault(device.id(), 0L));
    }

    /** The relay is about to forget something. */
    void relayForgets() {
        relayForgot = true;
        devices.forEach(device -> onceAtRelay.put(device.id(), atRelay(device)));
    }

    /** Only what is too far in the future may wait, bytes that nobody wrote, and what a device in trouble could not use. */
    private static void requireExpectedQuarantine(SimulatedDevice device) {
        for (QuarantineItem item : device.look(StoreReader::quarantine)) {
            boolean expected = switch (item.reason()) {
                case FUTURE_CLOCK, MALFORMED, BAD_SIGNATURE, MISSING_EARLIER -> true;
                case STRATEGY_FAILED -> device.troubles().everHad(Trouble.MERGES_FAIL);
                case UNKNOWN_EPOCH, UNKNOWN_DEVICE -> device.troubles().everHad(Trouble.KEYS_MISSING);
                default -> false;
            };
            if (!expected) {
                throw new SimulationFailure(Kind.BROKEN, "in quarantine of device " + device.number() + ": " + item);
            }
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
            workload.keys().forEach(key -> ledger.requireFolded(first.number(), reader, key));
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
