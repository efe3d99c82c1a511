package dev.tidelock.sync.testkit;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One history: some devices, a relay, and everything that happens to them, as a seed says. */
final class SimulatedWorld {
    /** How many rounds, in each of which every device syncs once, everything may take to arrive when nothing fails any more. */
    private static final int ROUNDS_MAX = 3;

    private static final int DEPTH_MAX = 2;
    private static final int OPS_PER_SIZE = 100;

    /** A history goes on until so many kinds of fault have happened, within reason. */
    private static final int KINDS_MIN = 5;

    private static final int STEPS_MAX = 5_000;

    /** More requests than this in one step never come to an end. */
    private static final int CALLS_MAX = 10_000;

    private final Simulation setup;
    private final SeededRandom random;
    private final FaultDice dice;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedRelay relay;
    private final Workload workload;
    private final Inspector inspector;
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final double syncShare;
    private final double waitShare;
    private final int pageBytes;
    private long relayDownUntilMillis;
    private @Nullable SimulationFailure firstFailure;
    private int depth;
    private int callsInStep;
    private long syncs;
    private long trace;

    SimulatedWorld(Simulation setup) {
        this.setup = setup;
        SeededRandom root = new SeededRandom(setup.seed());
        this.random = root.fork(1);
        this.dice = new FaultDice(setup.faults(), root.fork(2).nextLong());
        this.workload = new Workload(root.fork(3), 1 + setup.devices() * setup.localOps() / OPS_PER_SIZE);
        this.relay = new SimulatedRelay(setup.keys()::isSigned, root.fork(4).nextLong(), time::millis);
        this.inspector = new Inspector(setup.strategies(), workload, devices, relay);
        syncShare = random.pick(List.of(0.08, 0.15, 0.3));
        waitShare = random.pick(List.of(0.01, 0.05, 0.15));
        pageBytes = random.pick(List.of(400, 4_000, SimulatedRelay.PAGE_BYTES));
        int unsealedMax = random.pick(List.of(1, 2, 5, 1_000, 1_000));
        for (int number = 0; number < setup.devices(); number++) {
            MemoryDisk.Durability durability =
                    random.chance(0.5) ? MemoryDisk.Durability.EVERY_COMMIT : MemoryDisk.Durability.ON_REQUEST;
            Sealer sealer = setup.keys().sealer(number);
            relay.admit(setup.keys().publicKey(number));
            devices.add(new SimulatedDevice(
                    this, number, sealer, new MemoryDisk(durability), unsealedMax, setup.localOps()));
        }
    }

    VirtualTime time() {
        return time;
    }

    /** Every record that may ever be. */
    List<RecordKey> keys() {
        return workload.keys();
    }

    FaultDice dice() {
        return dice;
    }

    long seed() {
        return setup.seed();
    }

    void trace(long happened) {
        trace = SeededRandom.mix(trace * 31 + happened);
    }

    Store wrap(Store store, SimulatedDevice device) {
        return setup.storeWrapper().apply(store);
    }

    SyncClient.Builder clientBuilder(Store store, DeviceId device, Sealer sealer, FaultyTransport.Surroundings around) {
        Transport direct = setup.transportWrapper().apply(new SimulatedTransport(relay, device, pageBytes));
        return SyncClient.builder(store, new FaultyTransport(direct, dice, around), sealer)
                .strategy(Workload.TEXTS, setup.strategies().strategy(Workload.TEXTS));
    }

    void requireRelay() throws TransportException {
        if (++callsInStep > CALLS_MAX) {
            throw new SimulationFailure(Kind.STUCK, "the relay is asked without end");
        }
        if (time.millis() < relayDownUntilMillis) {
            throw new TransportException(TransportException.Kind.OFFLINE, "the relay is down", null);
        }
    }

    void committed(SimulatedDevice device) {
        withinTheEngine(() -> inspector.committed(device));
    }

    /** What is found wrong in the middle of the engine, the engine may take for a mistake of its own; so it is kept here. */
    private void withinTheEngine(Runnable work) {
        try {
            work.run();
        } catch (SimulationFailure found) {
            firstFailure = firstFailure == null ? found : firstFailure;
            throw found;
        }
    }

    private void requireNothingFound() {
        if (firstFailure != null) {
            throw firstFailure;
        }
    }

    /** The whole history. */
    SimulationResult run() {
        SimulationFailure failure = null;
        try {
            for (int steps = 0; isWriting() || (steps < STEPS_MAX && lacksFaults()); steps++) {
                callsInStep = 0;
                step();
            }
            settle();
        } catch (SimulationFailure broken) {
            failure = broken;
        } catch (RuntimeException | AssertionError unexpected) {
            failure = new SimulationFailure(Kind.BROKEN, "unexpected: " + unexpected, unexpected);
        }
        trace(relay.prefix().hashCode());
        long events = 0;
        for (SimulatedDevice device : devices) {
            events += device.written().size();
        }
        return new SimulationResult(setup.seed(), setup.devices(), events, syncs, dice.counts(), trace, failure);
    }

    private boolean isWriting() {
        for (SimulatedDevice device : devices) {
            if (device.opsLeft() > 0) {
                return true;
            }
        }
        return false;
    }

    /** Too few kinds of fault have happened; then somebody writes on, and reaches the relay, as most of them need that. */
    private boolean lacksFaults() {
        boolean lacks = dice.kinds() < Math.min(KINDS_MIN, setup.faults().kinds());
        if (lacks) {
            SimulatedDevice device = random.pick(devices);
            device.writeMore();
            device.goOnline();
        }
        return lacks;
    }

    /** Something happens somewhere. */
    private void step() {
        SimulatedDevice device = random.pick(devices);
        double choice = random.nextDouble();
        if (choice < waitShare) {
            time.advance(Duration.ofMillis(random.magnitude(10, 120_000)));
        } else if (!device.isRunning()) {
            device.ensureRunning(random.chance(0.3));
        } else if (choice < waitShare + syncShare) {
            sync(device);
        } else if (choice < waitShare + syncShare + 0.01) {
            device.close();
        } else if (choice < waitShare + syncShare + 0.02) {
            device.discardNoise();
        } else if (device.opsLeft() > 0) {
            time.skip(Duration.ofMillis(random.nextInt(2_000)));
            device.write(workload.next(), random.chance(0.02));
        }
        requireNothingFound();
        somethingFails(device);
        trace(device.number() * 31L + time.nanos());
        inspector.look(device);
    }

    private void somethingFails(SimulatedDevice device) {
        if (dice.happens(Fault.CRASH)) {
            device.kill(false);
        }
        if (dice.happens(Fault.POWER_LOST)) {
            device.kill(true);
        }
        if (dice.happens(Fault.CLOCK_JUMP)) {
            device.setClockOffset(Duration.ofMillis(random.between(-240_000, 240_000)));
        }
        if (dice.happens(Fault.CLOCK_LEAP)) {
            device.setClockOffset(Duration.ofMillis(random.between(-86_400_000, 86_400_000)));
        }
        if (dice.happens(Fault.DEVICE_OFFLINE)) {
            device.goOffline(Duration.ofMillis(random.magnitude(1_000, random.chance(0.1) ? 172_800_000 : 300_000)));
        }
        if (dice.happens(Fault.RELAY_ROLLED_BACK)) {
            inspector.relayForgets();
            relay.rollBackTo((int) random.between(0, relay.size()));
        }
        if (dice.happens(Fault.RELAY_DOWN)) {
            relayDownUntilMillis = time.millis() + random.magnitude(500, 120_000);
        }
    }

    /** While a device waits for an answer: another thread of its app, or something elsewhere. */
    void meanwhile(SimulatedDevice waiting) {
        if (depth >= DEPTH_MAX) {
            return;
        }
        depth++;
        if (waiting.isRunning() && waiting.opsLeft() > 0 && random.chance(0.5)) {
            withinTheEngine(() -> waiting.write(workload.next(), false));
        } else {
            withinTheEngine(this::step);
        }
        depth--;
    }

    private CompletableFuture<SyncReport> sync(SimulatedDevice device) {
        syncs++;
        CompletableFuture<SyncReport> done = device.client().syncAsync();
        time.runDue();
        requireNothingFound();
        return done;
    }

    /** Nothing fails any more. Everything must arrive everywhere, soon, and without anybody's help. */
    private void settle() {
        dice.heal();
        relayDownUntilMillis = 0;
        long latestMillis = time.millis();
        for (SimulatedDevice device : devices) {
            device.setClockOffset(Duration.ZERO);
            device.goOnline();
            device.ensureRunning(false);
            latestMillis =
                    Math.max(latestMillis, device.look(StoreReader::ownHead).reading() >>> 16);
        }
        time.skip(Duration.ofMillis(latestMillis - time.millis() + 1_000));
        for (int round = 1; round <= ROUNDS_MAX && !inspector.isQuiet(); round++) {
            callsInStep = 0;
            devices.forEach(SimulatedDevice::discardNoise);
            syncAll();
        }
        inspector.requireQuiet(ROUNDS_MAX);
        int before = relay.size();
        syncAll();
        if (relay.size() != before || !inspector.isQuiet()) {
            throw new SimulationFailure(Kind.STUCK, "a sync with nothing to do pushed something");
        }
        inspector.requireSameEverywhere();
        trace(devices.get(0).client().stateHash().hashCode());
    }

    private void syncAll() {
        for (SimulatedDevice device : devices) {
            CompletableFuture<SyncReport> done = sync(device);
            SyncException failure = failure(done);
            if (!done.isDone() || failure != null) {
                BlockedBy blockedBy = failure == null ? BlockedBy.NOTHING : failure.blockedBy();
                throw new SimulationFailure(
                        Kind.STUCK,
                        "a sync of device " + device.number() + " did not go through although nothing fails: "
                                + blockedBy,
                        failure);
            }
        }
    }

    private static @Nullable SyncException failure(CompletableFuture<SyncReport> done) {
        SyncException[] found = new SyncException[1];
        done.whenComplete((report, thrown) -> {
            if (thrown instanceof SyncException failure) {
                found[0] = failure;
            }
        });
        return found[0];
    }
}
