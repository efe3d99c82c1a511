package dev.tidelock.sync.testkit;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One history: some devices, a relay, and everything that happens to them, as a seed says. */
final class SimulatedWorld {
    /** In every so many worlds, the first device keeps indexes. */
    private static final int INDEXED_EVERY = 4;

    /** How many rounds, in each of which every device syncs once, everything may take to arrive when nothing fails any more. */
    private static final int ROUNDS_MAX = 3;

    private static final int DEPTH_MAX = 2;

    /** Of so many histories one has live queries. */
    private static final long LIVE_SCREENS_EVERY = 16;

    /** In such a share of the histories the app has a gate, open or shut; in the others all that arrives takes the short way. */
    private static final double GATED_SHARE = 0.3;

    /** In such a share of the histories devices that sync by themselves are told what the log gets. */
    private static final double LINES_SHARE = 0.3;

    /** So many copies of devices there may be. */
    static final int COPIES_MAX = 2;

    /** How many changes a copy makes, at least. */
    private static final int COPY_OPS = 6;

    /** How often the users may be asked for a decision when nothing fails any more. */
    private static final int DECISIONS_MAX = 20;

    /** More requests than this in one step, and so many more for each envelope of the log, never come to an end. */
    private static final int CALLS_MAX = 10_000;

    private static final int CALLS_PER_ENVELOPE_MAX = 10;

    private final Simulation setup;
    private final Course course;
    private final FaultDice dice;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedRelay relay;
    private final Workload workload;
    private final SimulatedApps apps;
    private final boolean isGated;
    private final boolean hasLines;
    private final Inspector inspector;
    private final Silences silences;
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final List<Step> script = new ArrayList<>();
    private final int pageBytes;
    private long relayDownUntilMillis;
    private @Nullable SimulationFailure firstFailure;
    private @Nullable StepFrame frame;
    private final LostDisks lostDisks = new LostDisks();
    private final Undos undos = new Undos();
    private boolean relayWasReset;
    private boolean fenced;
    private int newIdentities;
    private int decisions;
    private int depth;
    private int callsInStep;
    private long operations;
    private long syncs;
    private long trace;

    SimulatedWorld(Simulation setup) {
        this.setup = setup;
        SeededRandom root = new SeededRandom(setup.seed());
        this.workload = new Workload(root.fork(3), setup.size(), setup.isCounting());
        SimulationScript given = setup.script();
        this.course = given == null ? new SeededCourse(this, setup, workload, root) : new ScriptedCourse(given.steps());
        this.dice = new FaultDice(course);
        this.relay = new SimulatedRelay(setup.keys()::isSigned, root.fork(4).nextLong(), time::millis);
        this.apps = new SimulatedApps(setup.strategies(), setup.keys().sealer(0).device());
        this.hasLines = root.fork(8).chance(LINES_SHARE);
        this.isGated = root.fork(6).chance(GATED_SHARE);
        this.inspector = new Inspector(apps, workload, devices, relay, lostDisks);
        this.silences = new Silences(relay);
        SeededRandom random = root.fork(5);
        pageBytes = random.pick(List.of(400, 4_000, SimulatedRelay.PAGE_BYTES));
        int unsealedMax = random.pick(List.of(1, 2, 5, 1_000, 1_000));
        for (int number = 0; number < setup.devices(); number++) {
            boolean onRequest = root.fork(100 + number).chance(0.5);
            MemoryDisk disk =
                    new MemoryDisk(onRequest ? MemoryDisk.Durability.ON_REQUEST : MemoryDisk.Durability.EVERY_COMMIT);
            if (number == 0 && setup.seed() % INDEXED_EVERY == 0) {
                workload.collections().forEach(collection -> disk.withIndex(collection, Inspector.BY_VALUE));
            }
            relay.admit(setup.keys().publicKey(number));
            devices.add(new SimulatedDevice(
                    this, number, setup.keys().sealer(number), disk, unsealedMax, setup.localOps()));
        }
    }

    List<SimulatedDevice> devices() {
        return devices;
    }

    /** How many changes have been acknowledged. */
    long operations() {
        return operations;
    }

    void acknowledged(SimulatedDevice device, long counter) {
        operations++;
        trace(device.number() * 1_000_003L + counter);
    }

    VirtualTime time() {
        return time;
    }

    /** Every record that may ever be. */
    List<RecordKey> keys() {
        return workload.keys();
    }

    /** In some histories the apps have live queries, too. */
    boolean hasLiveScreens() {
        return Math.floorMod(setup.seed(), LIVE_SCREENS_EVERY) == 0;
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

    SyncClientBuilder clientBuilder(
            Store store, SimulatedDevice device, Sealer sealer, FaultyTransport.Surroundings around) {
        Transport direct =
                setup.transportWrapper().apply(new SimulatedTransport(relay, device.lies(), device.id(), pageBytes));
        Transport faulty = hasLines
                ? new SimulatedLiveLine(relay, direct, dice, around)
                : new FaultyTransport(direct, dice, around);
        SyncClientBuilder builder = SyncClient.builder(store, faulty, TroubledApp.sealer(sealer, device.troubles()));
        TroubledApp.register(builder, apps.strategies(device.appVersion()), device.troubles());
        if (isGated) {
            builder.applyGate(TroubledApp.gate(device.troubles()));
        }
        return builder.collectionVersion(SimulatedApps.FENCED, device.appVersion());
    }

    void requireRelay() throws TransportException {
        if (++callsInStep > CALLS_MAX + CALLS_PER_ENVELOPE_MAX * relay.size()) {
            throw new SimulationFailure(Kind.STUCK, "the relay is asked without end");
        }
        if (time.millis() < relayDownUntilMillis) {
            throw new TransportException(TransportException.Kind.OFFLINE, "the relay is down", null);
        }
    }

    void committed(SimulatedDevice device, Collection<RecordKey> touched) {
        trace(device.number() * 31L + touched.size());
        withinTheEngine(() -> inspector.committed(device, touched));
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
            perform(course.steps());
            settle();
        } catch (SimulationFailure broken) {
            failure = broken;
        } catch (RuntimeException | AssertionError unexpected) {
            failure = new SimulationFailure(Kind.BROKEN, "unexpected: " + unexpected, unexpected);
        }
        trace(relay.prefix().hashCode());
        dice.counts().forEach((fault, count) -> trace(fault.ordinal() * 1_000_003L + count));
        long events = 0;
        for (SimulatedDevice device : devices) {
            events += device.written().size();
        }
        return new SimulationResult(
                setup.seed(),
                setup.devices(),
                operations,
                events,
                syncs,
                dice.counts(),
                trace,
                failure,
                new SimulationScript(setup.seed(), setup.devices(), setup.size(), script));
    }

    private void perform(Course.Steps steps) {
        for (Step step = steps.next(); step != null; step = steps.next()) {
            if (frame == null) {
                callsInStep = 0;
            }
            perform(step);
        }
    }

    /** Something happens somewhere, and is noted together with the faults in it. */
    private void perform(Step step) {
        if (step.device() >= devices.size()) {
            return; // of a copy that was not made in this history
        }
        StepFrame outer = frame;
        StepFrame inner = new StepFrame();
        enter(inner);
        course.begin(step);
        SimulatedDevice device = devices.get(step.device());
        try {
            step.action().perform(this, device);
            requireNothingFound();
            trace(device.number() * 31L + time.nanos());
            inspector.look(device);
        } finally {
            course.end();
            enter(outer);
            Step performed = new Step(step.device(), step.action(), inner.happenings());
            if (outer == null) {
                script.add(performed);
            } else {
                outer.ranMeanwhile(performed);
            }
        }
    }

    private void enter(@Nullable StepFrame current) {
        frame = current;
        dice.setFrame(current);
    }

    void takeRelayDown(Duration duration) {
        relayDownUntilMillis = time.millis() + duration.toMillis();
    }

    /** @param share how much of its log the relay still has afterwards, below 1 */
    void rollRelayBack(double share) {
        inspector.relayForgets();
        relay.rollBackTo((int) (share * (relay.size() + 1)));
        lostDisks.review(devices, relay);
    }

    /** Another installation begins with a copy of what a device has. It may know, and take keys of its own from the start. */
    void copy(SimulatedDevice device, SeededRandom details) {
        if (devices.size() < setup.devices() + COPIES_MAX) {
            SimulatedDevice copy = device.copyAs(devices.size(), COPY_OPS);
            copy.setClockOffset(Duration.ofMillis(details.between(-2_000, 2_000)));
            devices.add(copy);
            if (details.chance(0.5)) {
                copy.takeOwnIdentity();
            }
        }
    }

    /** An earlier state of a device takes the place of what it has. The app may notice, and take other keys. */
    void restore(SimulatedDevice device, SeededRandom details) {
        MemoryDisk lost = device.restore();
        if (lost != null) {
            lostDisks.lost(lost, device, relay);
            lostDisks.review(devices, relay);
            if (details.chance(0.5)) {
                device.takeOwnIdentity();
            }
        }
    }

    SimulatedRelay relay() {
        return relay;
    }

    /** The keys of a device that did not exist before. */
    Sealer newSealer() {
        int number = setup.devices() + newIdentities++;
        relay.admit(setup.keys().publicKey(number));
        return setup.keys().sealer(number);
    }

    boolean hasCopies() {
        return inspector.hasCopies();
    }

    void resetRelay() {
        inspector.relayForgets();
        relay.reset();
        lostDisks.review(devices, relay);
        relayWasReset = true;
    }

    /** Somebody fences a collection off; it may not come to that, if the process ends. */
    void fences() {
        fenced = true;
    }

    Undos undos() {
        return undos;
    }

    boolean isCounting() {
        return setup.isCounting();
    }

    boolean isFenced() {
        return fenced;
    }

    boolean relayWasReset() {
        return relayWasReset;
    }

    /** While a device waits for an answer: another thread of its app, or something elsewhere. */
    void meanwhile(SimulatedDevice waiting) {
        if (depth < DEPTH_MAX) {
            depth++;
            withinTheEngine(() -> perform(course.meanwhile(waiting)));
            depth--;
        }
    }

    /** Asks for a sync, and runs what is due. */
    CompletableFuture<SyncReport> sync(SimulatedDevice device) {
        syncs++;
        CompletableFuture<SyncReport> done = device.client().syncAsync();
        time.runDue();
        requireNothingFound();
        if (done.isDone() && !done.isCompletedExceptionally()) {
            silences.requireNoticed(device);
        }
        return done;
    }

    /** Nothing fails any more. Everything must arrive everywhere, soon, and without anybody's help. */
    private void settle() {
        dice.heal();
        relayDownUntilMillis = 0;
        if (devices.stream().anyMatch(device -> device.appVersion() == SimulatedApps.LATEST)) {
            devices.forEach(SimulatedDevice::update);
        }
        for (SimulatedDevice device : devices) {
            device.setClockOffset(Duration.ZERO);
            device.troubles().heal();
            device.ensureRunning(false);
        }
        // Clocks have been put right: every device may have something to put right in its turn, however quiet it is.
        for (int round = 1; round <= ROUNDS_MAX && (round == 1 || !inspector.isQuiet()); round++) {
            int before = decisions;
            callsInStep = 0;
            devices.forEach(SimulatedDevice::discardNoise);
            devices.forEach(SimulatedDevice::retryQuarantined);
            syncAll();
            if (decisions > before && decisions < DECISIONS_MAX) {
                round = 0;
            }
        }
        inspector.requireQuiet(ROUNDS_MAX);
        int before = relay.size();
        syncAll();
        if (relay.size() != before || !inspector.isQuiet()) {
            throw new SimulationFailure(Kind.STUCK, "a sync with nothing to do pushed something");
        }
        if (hasLiveScreens()) {
            time.advance(LiveScreen.LATEST);
            inspector.requireQuiet(ROUNDS_MAX);
        }
        inspector.requireSameEverywhere();
        inspector.requireNoFalseAlarm(dice.counts().keySet());
        trace(devices.get(0).client().stateHash().hashCode());
    }

    private void syncAll() {
        for (SimulatedDevice device : devices) {
            time.runDue(); // whoever syncs by itself may put right what the relay lost
            boolean misled = silences.isMisled(device);
            CompletableFuture<SyncReport> done = sync(device);
            SyncException failure = failure(done);
            while (failure != null && isForTheUser(failure.blockedBy()) && decisions < DECISIONS_MAX) {
                decisions++;
                device.acceptLog();
                device.renewIdentity();
                done = sync(device);
                failure = failure(done);
            }
            if (!done.isDone() || failure != null) {
                BlockedBy blockedBy = failure == null ? BlockedBy.NOTHING : failure.blockedBy();
                throw new SimulationFailure(
                        Kind.STUCK,
                        "a sync of device " + device.number() + " did not go through although nothing fails: "
                                + blockedBy,
                        failure);
            }
            if (misled) {
                silences.requireFoundOut(device);
            }
        }
    }

    private static boolean isForTheUser(BlockedBy blockedBy) {
        return blockedBy == BlockedBy.UNKNOWN_LOG || blockedBy == BlockedBy.FORKED;
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
