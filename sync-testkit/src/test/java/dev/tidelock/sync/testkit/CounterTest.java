package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Everybody adds to one number, and everything fails that can: each addition that was acknowledged counts once. */
class CounterTest {
    private static final boolean LONG = Boolean.getBoolean("tidelock.long");
    private static final int DEVICES = 8;
    private static final int ADDITIONS = 1_000;

    /** Some are refused, by full disks and the like; what is not acknowledged does not count. */
    private static final int ATTEMPTS = 1_150;

    @Test
    void eightDevices_thousandAdditionsEach_underAllFaults_comeToTheirSum() {
        for (long seed = 0; seed < (LONG ? 10 : 1); seed++) {
            SimulationResult result = Simulation.seeded(seed)
                    .devices(DEVICES)
                    .localOps(ATTEMPTS)
                    .faults(FaultPlan.everything())
                    .counting()
                    .run();
            long failed = seed;
            assertTrue(result.held(), () -> "seed " + failed + ": " + result.failure());
            assertTrue(result.operations() >= DEVICES * ADDITIONS, "only " + result.operations());
        }
    }
}
