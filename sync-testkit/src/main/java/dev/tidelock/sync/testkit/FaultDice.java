package dev.tidelock.sync.testkit;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides at each occasion whether a fault happens, from a plan and a seed, and counts those that do. For one thread. */
public final class FaultDice {
    private final FaultSource source;
    private final long[] counts = new long[Fault.values().length];
    private SeededRandom details = new SeededRandom(0);
    private @Nullable StepFrame frame;
    private boolean healed;

    /** The same plan and seed give the same faults at the same occasions. */
    public FaultDice(FaultPlan plan, long seed) {
        this(FaultSource.seeded(Objects.requireNonNull(plan, "plan"), seed));
    }

    FaultDice(FaultSource source) {
        this.source = source;
    }

    /** Whether this fault happens now. */
    public boolean happens(Fault fault) {
        if (healed) {
            return false;
        }
        int occasion = frame == null ? 0 : frame.countOccasion(fault);
        int seed = source.details(fault, occasion);
        if (seed == FaultSource.NOT) {
            return false;
        }
        if (frame != null) {
            frame.happened(fault, occasion, seed);
        }
        count(fault);
        details = new SeededRandom(seed);
        return true;
    }

    /** From now on nothing goes wrong. */
    public void heal() {
        healed = true;
    }

    /** Chance for the details of the fault that happened last. */
    SeededRandom details() {
        return details;
    }

    void count(Fault fault) {
        counts[fault.ordinal()]++;
    }

    /** From now on occasions are counted, and what happens is noted, in this step; null for in none. */
    void setFrame(@Nullable StepFrame current) {
        frame = current;
    }

    /** How many kinds have happened. */
    int kinds() {
        int kinds = 0;
        for (long count : counts) {
            kinds += count > 0 ? 1 : 0;
        }
        return kinds;
    }

    /** How often each kind of fault has happened; those that did not are left out. */
    public Map<Fault, Long> counts() {
        Map<Fault, Long> happened = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            if (counts[fault.ordinal()] > 0) {
                happened.put(fault, counts[fault.ordinal()]);
            }
        }
        return happened;
    }
}
