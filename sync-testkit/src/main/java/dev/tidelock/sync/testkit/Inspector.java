package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import dev.tidelock.sync.testkit.Troubles.Trouble;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Looks at the devices of a simulated world from outside, and compares what they hold with what was promised. */
final class Inspector {
    static final Index BY_VALUE = Index.on("$");
    private static final Query ALL_BY_VALUE = Query.all().orderBy("$");

    /** For each version of the app: what the same events come to depends on it. */
    private final Map<Integer, StateLedger> ledgers = new HashMap<>();

    private final SimulatedApps apps;
    private final Workload workload;
    private final List<SimulatedDevice> devices;
    private final SimulatedRelay relay;
    private final Balance balance;
    private final ReferenceRelations relations = new ReferenceRelations(Workload.RELATIONS);
    private final Map<DeviceId, Long> onceAtRelay = new HashMap<>();

    private boolean relayForgot;

    Inspector(
            SimulatedApps apps,
            Workload workload,
            List<SimulatedDevice> devices,
            SimulatedRelay relay,
            LostDisks lostDisks) {
        this.balance = new Balance(devices, lostDisks);
        this.apps = apps;
        this.workload = workload;
        this.devices = devices;
        this.relay = relay;
    }

    /** After every commit: each record that it touched is what its events come to, and a transaction shows whole or not at all. */
    void committed(SimulatedDevice device, Collection<RecordKey> touched) {
        device.look(reader -> {
            requireNothingSkipped(device, reader);
            for (RecordKey key : touched) {
                ledger(device).check(device.number(), reader, key);
                requireWhole(device, reader, key);
            }
            return true;
        });
    }

    private StateLedger ledger(SimulatedDevice device) {
        return ledgers.computeIfAbsent(device.appVersion(), version -> new StateLedger(apps.strategies(version)));
    }

    /**
     * What the cursor has passed is held, or something in quarantine stands for it: it would never be asked for again. Not so once the relay has gone
     * back, or has lied: what then stands below an old position is asked for after a comparison of heads, in a transaction of its own.
     */
    private void requireNothingSkipped(SimulatedDevice device, StoreReader reader) {
        Cursor cursor = reader.cursor(SimulatedTransport.REMOTE);
        if (relayForgot
                || device.lies().wereTold()
                || cursor == null
                || reader.quarantineCount() > 0
                || !relay.agrees(cursor)) {
            return;
        }
        for (long position = device.checkedPosition(); position < cursor.position(); position++) {
            Envelope passed = relay.at(position);
            DeviceId author = passed.header().device();
            if (isForkedHere(reader, author)) {
                return; // of two branches, the device holds the other one for now
            }
            boolean byACopy = device.isCopied() && author.equals(device.id());
            if (!byACopy && !reader.hasEnvelope(passed.hash())) {
                throw new SimulationFailure(
                        Kind.LOST, "device " + device.number() + " has read past entry " + position + " without it");
            }
        }
        device.setCheckedPosition(cursor.position());
    }

    private static boolean isForkedHere(StoreReader reader, DeviceId author) {
        for (Incident incident : reader.incidents()) {
            if (incident.open() && incident.kind() == Incident.Kind.FORKED && incident.concerns(author)) {
                return true;
            }
        }
        return false;
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
        boolean somethingLeft = status.pending() + status.passingOn() + status.quarantined() + status.held() > 0;
        if (status.state() == SyncStatus.State.SYNCED && somethingLeft) {
            throw new SimulationFailure(Kind.BROKEN, "device " + device.number() + " says synced, but: " + status);
        }
        requireExpectedQuarantine(device);
    }

    private static void requireCounted(SimulatedDevice device, SyncStatus status) {
        device.look(reader -> {
            boolean counted = status.pending() == reader.pendingEvents(SimulatedTransport.REMOTE)
                    && status.passingOn() == reader.outboxCount(SimulatedTransport.REMOTE)
                    && status.quarantined() + status.held() == reader.quarantineCount()
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

    /** Whether the relay has ever forgotten something. */
    boolean relayForgot() {
        return relayForgot;
    }

    /** The relay is about to forget something. */
    void relayForgets() {
        relayForgot = true;
        devices.forEach(device -> onceAtRelay.put(device.id(), atRelay(device)));
    }

    /** Only what is too far in the future may wait, bytes that nobody wrote, and what a device in trouble could not use. */
    private void requireExpectedQuarantine(SimulatedDevice device) {
        for (QuarantineItem item : device.look(StoreReader::quarantine)) {
            boolean expected = switch (item.reason()) {
                case FUTURE_CLOCK, MALFORMED, BAD_SIGNATURE, MISSING_EARLIER -> true;
                case FORK -> hasCopies();
                case HELD -> everHad(device, Trouble.GATE_SHUT);
                case NEEDS_UPDATE -> device.appVersion() == SimulatedApps.FIRST;
                case STRATEGY_FAILED -> everHad(device, Trouble.MERGES_FAIL);
                case UNKNOWN_EPOCH, UNKNOWN_DEVICE -> everHad(device, Trouble.KEYS_MISSING);
                default -> false;
            };
            if (!expected) {
                throw new SimulationFailure(Kind.BROKEN, "in quarantine of device " + device.number() + ": " + item);
            }
        }
    }

    /** A copy has what the device had that it was made of. */
    private boolean everHad(SimulatedDevice device, Trouble trouble) {
        return device.troubles().everHad(trouble)
                || (device.isCopied()
                        && devices.stream().anyMatch(other -> other.troubles().everHad(trouble)));
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

    private boolean isQuiet(SimulatedDevice device, MemoryReader reader, List<Long> heads) {
        String remote = SimulatedTransport.REMOTE;
        boolean waits = reader.outboxCount(remote) + reader.pendingEvents(remote) + reader.quarantineCount() > 0;
        if (waits
                || (!device.isShared()
                        && device.counting(reader) != device.written().size())) {
            return false;
        }
        if (relay.lastCounter(device.id()) != heads.get(device.number())) {
            return false;
        }
        for (DeviceId author : balance.identities()) {
            EnvelopeChain chain = reader.chain(author);
            long held = chain == null ? 0 : chain.lastCounter();
            if (relay.lastCounter(author) != held) {
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
        balance.requireAll();
        for (SimulatedDevice device : devices) {
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
            workload.collections().forEach(collection -> requireIndexed(device, collection));
            SyncStatus status = device.client().status();
            if (status.state() != SyncStatus.State.SYNCED
                    && !(status.state() == SyncStatus.State.NEW && relay.size() == 0)) {
                throw new SimulationFailure(
                        Kind.STUCK, "device " + device.number() + " does not say synced: " + status);
            }
        }
        first.look(reader -> {
            workload.keys().forEach(key -> ledger(first).requireFolded(first.number(), reader, key));
            workload.counters().forEach(key -> balance.requireSum(reader, key));
            return true;
        });
    }

    /** In a world where the relay was honest and lost nothing, and no device's data was copied, nobody may ever have been told otherwise. */
    void requireNoFalseAlarm(Set<Fault> happened) {
        boolean lied = devices.stream().anyMatch(device -> device.lies().wereTold());
        if (!relayForgot && !lied && !hasCopies()) {
            devices.forEach(new FalseAlarms(happened)::requireNone);
        }
    }

    /** An app that only listens ends up with what is there. */
    private void requireShown(SimulatedDevice device) {
        for (RecordKey key : workload.keys()) {
            JsonValue shown = device.screen().shown(key);
            if (!Objects.equals(shown, device.look(reader -> relations.shown(reader, key)))) {
                throw new SimulationFailure(
                        Kind.BROKEN, "listeners of device " + device.number() + " were not told the last of " + key);
            }
        }
        LiveScreen live = device.liveScreen();
        String wrong = live == null ? null : live.difference();
        if (wrong != null) {
            throw new SimulationFailure(Kind.BROKEN, "a live query of device " + device.number() + " " + wrong);
        }
        SyncStatus told = device.screen().status();
        if (told == null || !told.equals(device.client().status())) {
            throw new SimulationFailure(
                    Kind.BROKEN, "listeners of device " + device.number() + " were told " + told + " last");
        }
    }

    /** A query that an index answers, on a device that keeps one, finds what looking at every record finds. */
    private static void requireIndexed(SimulatedDevice device, String collection) {
        if (device.look(reader -> reader.indexes(collection)).isEmpty()) {
            return;
        }
        List<Found> expected = new ArrayList<>();
        device.client().collection(collection).forEach((id, value) -> expected.add(new Found(id, value)));
        expected.sort(ALL_BY_VALUE.comparator());
        List<Found> found = device.client().collection(collection).find(ALL_BY_VALUE);
        if (!found.equals(expected)) {
            throw new SimulationFailure(
                    Kind.BROKEN,
                    "device " + device.number() + " finds " + found + " by index in " + collection + ", and holds "
                            + expected);
        }
    }

    boolean hasCopies() {
        return devices.stream().anyMatch(SimulatedDevice::isCopied);
    }
}
