package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.strategy.Strategy;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A history of some devices that share a space, made from a seed: the real engine, in virtual time and one thread, with everything failing that can fail.
 * The same seed gives the same history. When the faults have stopped, every promise is checked; many are at every step.
 *
 * <pre>{@code
 * SimulationResult result = Simulation.seeded(42).devices(5).localOps(60).run();
 * assertTrue(result.held(), () -> "replay with seed 42: " + result.failure());
 * }</pre>
 *
 * <p>Immutable: every setting gives another simulation.
 */
public final class Simulation {
    static final int DEVICES_MAX = 100;

    private static final int OPS_PER_SIZE = 100;

    // Set only while a simulation is made from another.
    private long seed;
    private int devices = 3;
    private int localOps = 20;
    private FaultPlan faults;
    private Keys keys = testKeys();
    private Strategies strategies =
            Strategies.DEFAULTS.withStrategy(Workload.TEXTS, Strategy.merging(Simulation::joined));
    private UnaryOperator<Store> storeWrapper = UnaryOperator.identity();
    private UnaryOperator<Transport> transportWrapper = UnaryOperator.identity();
    private boolean counting;
    private @Nullable SimulationScript script;

    /** The keys of a simulated space. */
    public interface Keys {
        /** What seals for a device. The simulation keeps it across the device's crashes. */
        Sealer sealer(int device);

        /** The Ed25519 public key of a device, 32 bytes: the one that {@link #sealer} signs for. */
        byte[] publicKey(int device);

        /** How the relay checks a signature. */
        boolean isSigned(Envelope envelope, byte[] authorKey);
    }

    private Simulation(long seed) {
        this.seed = seed;
        this.faults = FaultPlan.fromSeed(seed);
    }

    private Simulation(Simulation other) {
        seed = other.seed;
        devices = other.devices;
        localOps = other.localOps;
        faults = other.faults;
        keys = other.keys;
        strategies = other.strategies;
        storeWrapper = other.storeWrapper;
        transportWrapper = other.transportWrapper;
        counting = other.counting;
        script = other.script;
    }

    /** A history of 3 devices that make 20 changes each, with the faults of {@link FaultPlan#fromSeed}. */
    public static Simulation seeded(long seed) {
        return new Simulation(seed);
    }

    /** Joins two texts: neither commutative nor associative, and it shows what the base was. */
    private static JsonValue joined(Strategy.@Nullable Side base, Strategy.Side local, Strategy.Side remote) {
        String before = base == null ? "" : "(" + base.value().toJson().hashCode() + ")";
        String text = local.value().asString() + before + remote.value().asString();
        return JsonValue.of(text.length() <= 100 ? text : text.substring(text.length() - 100));
    }

    /** The keys of {@link TestSealer}s. */
    private static Keys testKeys() {
        SpaceId space = SpaceId.parse("73696d756c6174696f6e2d7370616365");
        return new Keys() {
            @Override
            public Sealer sealer(int device) {
                return TestSealer.of(space, device);
            }

            @Override
            public byte[] publicKey(int device) {
                return TestSealer.of(space, device).publicKey();
            }

            @Override
            public boolean isSigned(Envelope envelope, byte[] authorKey) {
                return TestSealer.of(space, 0).isSigned(envelope, authorKey);
            }
        };
    }

    private Simulation with(Consumer<Simulation> setting) {
        Simulation changed = new Simulation(this);
        setting.accept(changed);
        return changed;
    }

    /** 2 to {@value #DEVICES_MAX}. */
    public Simulation devices(int count) {
        if (count < 2 || count > DEVICES_MAX) {
            throw new IllegalArgumentException(count + " devices; 2 to " + DEVICES_MAX + " are accepted");
        }
        return with(changed -> changed.devices = count);
    }

    /** How many changes each device makes; all together that many are acknowledged, at least. */
    public Simulation localOps(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " changes; at least 1 is accepted");
        }
        return with(changed -> changed.localOps = count);
    }

    /** What goes wrong. */
    public Simulation faults(FaultPlan plan) {
        Objects.requireNonNull(plan, "plan");
        return with(changed -> changed.faults = plan);
    }

    /** Another sealer than {@link TestSealer}. */
    public Simulation keys(Keys other) {
        Objects.requireNonNull(other, "other");
        return with(changed -> changed.keys = other);
    }

    /** The merge that one collection of strings has, instead of one that joins them. */
    public Simulation merge(Strategy.Merge merge) {
        Objects.requireNonNull(merge, "merge");
        return with(changed ->
                changed.strategies = changed.strategies.withStrategy(Workload.TEXTS, Strategy.merging(merge)));
    }

    /** The history that a script tells, whatever seed, devices, changes and faults were set before. */
    public Simulation replaying(SimulationScript told) {
        Objects.requireNonNull(told, "told");
        return with(changed -> {
            changed.seed = told.seed();
            changed.devices = told.devices();
            changed.script = told;
        });
    }

    /** Puts something between the engine and its store: a defect, to see whether the simulation finds it. */
    Simulation stores(UnaryOperator<Store> wrapper) {
        return with(changed -> changed.storeWrapper = wrapper);
    }

    /** Nothing is done but to add to one number, everywhere. */
    Simulation counting() {
        return with(changed -> changed.counting = true);
    }

    boolean isCounting() {
        return counting;
    }

    /** Puts something between the engine and its relay. */
    Simulation transports(UnaryOperator<Transport> wrapper) {
        return with(changed -> changed.transportWrapper = wrapper);
    }

    /** Runs the history, and says what came of it. */
    public SimulationResult run() {
        return new SimulatedWorld(this).run();
    }

    /**
     * Makes the shortest history that it can find that breaks the same kind of promise as a failed one of this simulation. The same every time.
     *
     * @param runsMax how many histories it may run for that; some hundreds give a short one
     * @return what the shortest came to: its failure, and its script
     * @throws IllegalArgumentException if no promise was broken
     */
    public SimulationResult shrink(SimulationResult failed, int runsMax) {
        SimulationFailure failure = failed.failure();
        if (failure == null) {
            throw new IllegalArgumentException("a history that broke no promise cannot be made shorter");
        }
        return new Shrinking(this, failed, failure, runsMax).run();
    }

    long seed() {
        return seed;
    }

    int devices() {
        return devices;
    }

    /** How many records the workload has: 1 for some dozens of changes, more for longer histories. */
    int size() {
        return script == null ? 1 + devices * localOps / OPS_PER_SIZE : script.size();
    }

    @Nullable
    SimulationScript script() {
        return script;
    }

    int localOps() {
        return localOps;
    }

    FaultPlan faults() {
        return faults;
    }

    Keys keys() {
        return keys;
    }

    Strategies strategies() {
        return strategies;
    }

    UnaryOperator<Store> storeWrapper() {
        return storeWrapper;
    }

    UnaryOperator<Transport> transportWrapper() {
        return transportWrapper;
    }
}
