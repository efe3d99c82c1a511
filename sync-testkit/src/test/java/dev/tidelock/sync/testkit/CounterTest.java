package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Everybody adds to one number, and everything fails that can: each addition that was acknowledged counts once, on every device. */
class CounterTest {
    private static final boolean LONG = Boolean.getBoolean("tidelock.long");
    private static final int DEVICES = 8;

    /** So many are acknowledged on each device, however many are refused by full disks and the like. */
    private static final int ADDITIONS = LONG ? 1_000 : 100;

    @Test
    void eightDevices_manyAdditionsEach_underAllFaults_comeToTheirSum() {
        for (long seed = 0; seed < (LONG ? 10 : 2); seed++) {
            SimulationResult result = Simulation.seeded(seed)
                    .devices(DEVICES)
                    .localOps(ADDITIONS)
                    .faults(FaultPlan.everything())
                    .counting()
                    .run();
            long failed = seed;
            assertTrue(result.held(), () -> "seed " + failed + ": " + result.failure());
            assertTrue(result.operations() >= DEVICES * ADDITIONS, "only " + result.operations());
        }
    }
}
