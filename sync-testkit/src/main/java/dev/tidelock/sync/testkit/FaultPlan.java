package dev.tidelock.sync.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How likely each {@link Fault} is, at each occasion for it. Immutable. */
public final class FaultPlan {
    private static final Fault[] KINDS = Fault.values();

    /** Nothing goes wrong. */
    public static final FaultPlan NONE = new FaultPlan(new double[KINDS.length]);

    private static final double[] STRENGTHS = {0, 0, 0.5, 1, 1, 3};
    private static final int KINDS_MIN = 10;

    private final double[] probabilities;

    private final List<Fault> strikes = new ArrayList<>();

    private FaultPlan(double[] probabilities) {
        this.probabilities = probabilities;
        for (Fault fault : KINDS) {
            if (fault.strikesBetweenSteps() && probabilities[fault.ordinal()] > 0) {
                strikes.add(fault);
            }
        }
    }

    /** This plan, with one probability changed. */
    public FaultPlan with(Fault fault, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(fault + " with probability " + probability + "; 0 to 1 is accepted");
        }
        double[] changed = probabilities.clone();
        changed[fault.ordinal()] = probability;
        return new FaultPlan(changed);
    }

    /** Every kind of fault, as often as a run with some dozens of changes bears. */
    public static FaultPlan everything() {
        FaultPlan plan = NONE;
        for (Fault fault : KINDS) {
            plan = plan.with(fault, fault.usual());
        }
        return plan;
    }

    /**
     * Some kinds of fault, some seldom and some often, as the seed says. Runs in which everything fails all the time find less than runs in which a few
     * kinds fail a lot (Groce et al., "Swarm Testing", 2012).
     */
    public static FaultPlan fromSeed(long seed) {
        SeededRandom random = new SeededRandom(seed).fork(17);
        FaultPlan plan = NONE;
        while (plan.kinds() < KINDS_MIN) {
            for (Fault fault : KINDS) {
                double strength = STRENGTHS[random.nextInt(STRENGTHS.length)];
                plan = plan.with(fault, Math.min(0.6, fault.usual() * strength));
            }
        }
        return plan;
    }

    /** How many kinds of fault may happen. */
    int kinds() {
        int kinds = 0;
        for (double probability : probabilities) {
            kinds += probability > 0 ? 1 : 0;
        }
        return kinds;
    }

    /** The faults that may strike between two steps. */
    List<Fault> strikes() {
        return strikes;
    }

    /** How probable the fault is at each occasion, 0 to 1. */
    public double probability(Fault fault) {
        return probabilities[fault.ordinal()];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FaultPlan that && Arrays.equals(probabilities, that.probabilities);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(probabilities);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("FaultPlan[");
        String separator = "";
        for (Fault fault : KINDS) {
            if (probability(fault) > 0) {
                text.append(separator).append(fault).append(' ').append(probability(fault));
                separator = ", ";
            }
        }
        return text.append(']').toString();
    }
}
