package dev.tidelock.sync.testkit;

/** Says whether a fault happens: by chance, or because a script says so. */
@FunctionalInterface
interface FaultSource {
    /** It does not happen. */
    int NOT = -1;

    /**
     * @param occasion the how manieth occasion for this fault it is within its step, from 1
     * @return the seed of the fault's details, at least 0, if it happens; {@link #NOT} if it does not
     */
    int details(Fault fault, int occasion);

    /** As a plan and a seed say. */
    static FaultSource seeded(FaultPlan plan, long seed) {
        SeededRandom random = new SeededRandom(seed);
        return (fault, occasion) -> random.chance(plan.probability(fault)) ? random.nextInt(1_000_000) : NOT;
    }
}
