package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The test of the tests: with each of these defects planted, the simulation must fail, and soon. A defect that it does not find is a promise that nobody
 * checks.
 */
class SimulationFindsDefectsTest {
    private static final boolean LONG = Boolean.getBoolean("tidelock.long");
    private static final int SEEDS_MAX = 10_000;
    private static final int SHRINKING_RUNS_MAX = 1_000;
    private static final int SHORT = 14;

    private static Simulation planted(Mutant mutant, long seed) {
        return mutant.plantedIn(SimulationRun.simulation(seed, SimulationRun.MIXED_DEVICES));
    }

    private static SimulationResult found(Mutant mutant, long firstSeed) {
        for (long seed = firstSeed; seed < firstSeed + SEEDS_MAX; seed++) {
            SimulationResult result = planted(mutant, seed).run();
            if (!result.held()) {
                return result;
            }
        }
        throw new AssertionError("nobody noticed " + mutant + ", in " + SEEDS_MAX + " histories");
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void mutant_isFound(Mutant mutant) {
        int starts = LONG ? 10 : 1;
        for (int start = 0; start < starts; start++) {
            found(mutant, (long) start * SEEDS_MAX);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mutant.class,
            names = {
                "CONFIRMS_BEFORE_THE_PUSH",
                "DROPS_A_PARENT",
                "FOLDS_IN_ARRIVAL_ORDER",
                "SENDS_WHAT_A_LOSS_OF_POWER_TAKES_BACK",
                "DOES_NOT_MAKE_A_DISCARD_GOOD"
            })
    void mutant_shrinksToAShortScriptThatStillFails(Mutant mutant) {
        SimulationResult result = found(mutant, 0);
        Simulation simulation = planted(mutant, result.seed());
        SimulationResult shrunk = simulation.shrink(result, SHRINKING_RUNS_MAX);
        assertTrue(shrunk.script().length() <= SHORT, () -> "still long: " + shrunk.script());

        SimulationScript told = SimulationScript.parse(shrunk.script().toString());
        SimulationFailure again = simulation.replaying(told).run().failure();
        assertNotNull(again, () -> "holds when replayed: " + shrunk.script());
        assertEquals(shrunk.failure().kind(), again.kind());
        assertTrue(Simulation.seeded(0).replaying(told).run().held(), "without the defect it holds");
    }

    @Test
    void nothingPlanted_nothingFound() {
        SimulationRun run = SimulationRun.run(0, 50, SimulationRun.MIXED_DEVICES, 10);
        assertTrue(run.held(), () -> run.failures().toString());
    }
}
