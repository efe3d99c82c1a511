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
    private static final int DEVICES_MAX = 100;

    private final long seed;
    private final int devices;
    private final int localOps;
    private final FaultPlan faults;
    private final Keys keys;
    private final Strategies strategies;
    private final UnaryOperator<Store> storeWrapper;
    private final UnaryOperator<Transport> transportWrapper;

    /** The keys of a simulated space. */
    public interface Keys {
        /** What seals for a device. The simulation keeps it across the device's crashes. */
        Sealer sealer(int device);

        byte[] publicKey(int device);

        /** How the relay checks a signature. */
        boolean isSigned(Envelope envelope, byte[] authorKey);
    }

    private Simulation(
            long seed,
            int devices,
            int localOps,
            FaultPlan faults,
            Keys keys,
            Strategies strategies,
            UnaryOperator<Store> storeWrapper,
            UnaryOperator<Transport> transportWrapper) {
        this.seed = seed;
        this.devices = devices;
        this.localOps = localOps;
        this.faults = faults;
        this.keys = keys;
        this.strategies = strategies;
        this.storeWrapper = storeWrapper;
        this.transportWrapper = transportWrapper;
    }

    /** A history of 3 devices that make 20 changes each, with the faults of {@link FaultPlan#fromSeed}. */
    public static Simulation seeded(long seed) {
        Strategies strategies = Strategies.DEFAULTS.withStrategy(Workload.TEXTS, Strategy.merging(Simulation::joined));
        return new Simulation(
                seed,
                3,
                20,
                FaultPlan.fromSeed(seed),
                testKeys(),
                strategies,
                UnaryOperator.identity(),
                UnaryOperator.identity());
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

    /** 2 to {@value #DEVICES_MAX}. */
    public Simulation devices(int count) {
        if (count < 2 || count > DEVICES_MAX) {
            throw new IllegalArgumentException(count + " devices; 2 to " + DEVICES_MAX + " are accepted");
        }
        return new Simulation(seed, count, localOps, faults, keys, strategies, storeWrapper, transportWrapper);
    }

    /** How many changes each device makes. */
    public Simulation localOps(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " changes; at least 1 is accepted");
        }
        return new Simulation(seed, devices, count, faults, keys, strategies, storeWrapper, transportWrapper);
    }

    /** What goes wrong. */
    public Simulation faults(FaultPlan plan) {
        Objects.requireNonNull(plan, "plan");
        return new Simulation(seed, devices, localOps, plan, keys, strategies, storeWrapper, transportWrapper);
    }

    /** Another sealer than {@link TestSealer}. */
    public Simulation keys(Keys other) {
        Objects.requireNonNull(other, "other");
        return new Simulation(seed, devices, localOps, faults, other, strategies, storeWrapper, transportWrapper);
    }

    /** The merge that one collection of strings has, instead of one that joins them. */
    public Simulation merge(Strategy.Merge merge) {
        Strategies changed = strategies.withStrategy(Workload.TEXTS, Strategy.merging(merge));
        return new Simulation(seed, devices, localOps, faults, keys, changed, storeWrapper, transportWrapper);
    }

    /** Puts something between the engine and its store: a defect, to see whether the simulation finds it. */
    Simulation stores(UnaryOperator<Store> wrapper) {
        return new Simulation(seed, devices, localOps, faults, keys, strategies, wrapper, transportWrapper);
    }

    /** Puts something between the engine and its relay. */
    Simulation transports(UnaryOperator<Transport> wrapper) {
        return new Simulation(seed, devices, localOps, faults, keys, strategies, storeWrapper, wrapper);
    }

    /** Runs the history, and says what came of it. */
    public SimulationResult run() {
        return new SimulatedWorld(this).run();
    }

    long seed() {
        return seed;
    }

    int devices() {
        return devices;
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
