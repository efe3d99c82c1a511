package dev.tidelock.sync.testkit;

import org.junit.jupiter.api.Test;

class SimulationTest {
    @Test
    void manySeeds_allPromisesHold() {
        for (long seed = 0; seed < 300; seed++) {
            SimulationResult result =
                    Simulation.seeded(seed).devices(2 + (int) (seed % 7)).run();
            if (!result.held()) {
                throw new AssertionError("replay with seed " + seed + " " + result.faults(), result.failure());
            }
        }
    }
}
