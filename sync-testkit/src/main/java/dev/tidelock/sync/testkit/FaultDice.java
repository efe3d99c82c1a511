package dev.tidelock.sync.testkit;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Decides at each occasion whether a fault happens, from a plan and a seed, and counts those that do. For one thread. */
public final class FaultDice {
    private final FaultPlan plan;
    private final SeededRandom random;
    private final long[] counts = new long[Fault.values().length];
    private boolean healed;

    public FaultDice(FaultPlan plan, long seed) {
        this.plan = Objects.requireNonNull(plan, "plan");
        this.random = new SeededRandom(seed);
    }

    /** Whether this fault happens now. */
    public boolean happens(Fault fault) {
        boolean happens = !healed && random.chance(plan.probability(fault));
        if (happens) {
            counts[fault.ordinal()]++;
        }
        return happens;
    }

    /** From now on nothing goes wrong. */
    public void heal() {
        healed = true;
    }

    /** How many kinds have happened. */
    int kinds() {
        int kinds = 0;
        for (long count : counts) {
            kinds += count > 0 ? 1 : 0;
        }
        return kinds;
    }

    /** For the details of what happens. */
    SeededRandom random() {
        return random;
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
