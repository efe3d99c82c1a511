package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A failing seed is in the message: {@code SimulationRun.simulation(seed, devices).run()} replays it. */
class SimulationTest {
    private static final boolean LONG = Boolean.getBoolean("tidelock.long");

    private static void assertHeld(SimulationRun run) {
        assertTrue(run.held(), () -> String.join("\n", run.failures()));
    }

    /** A transaction that counted went back to quarantine, and its record still showed it. */
    @Test
    void seedThatFoundSomething_holds() {
        SimulationResult result = SimulationRun.simulation(110_154, 5).run();
        assertTrue(result.held(), () -> String.valueOf(result.failure()));
    }

    @Test
    void manySeeds_twoToEightDevices_everyPromiseHolds() {
        long seeds = LONG ? 200_000 : 2_800;
        SimulationRun run = SimulationRun.run(0, seeds, SimulationRun.MIXED_DEVICES, 20);
        assertHeld(run);
        assertEquals(seeds, run.histories());
        assertTrue(run.operationsMin() >= SimulationRun.OPS_MIN, "fewest operations: " + run.operationsMin());
        assertTrue(run.faultKindsMin() >= 5, "kinds of fault in the calmest history: " + run.faultKindsMin());
        for (Fault fault : Fault.values()) {
            boolean planned = FaultPlan.everything().probability(fault) > 0;
            assertEquals(planned, run.faults().containsKey(fault), fault + " happens");
        }
    }

    @Test
    void longHistories_fiveDevices_everyPromiseHolds() {
        long seeds = LONG ? 5_000 : 40;
        for (long seed = 0; seed < seeds; seed++) {
            SimulationResult result =
                    Simulation.seeded(seed).devices(5).localOps(60).run();
            assertTrue(result.held(), replay(result));
        }
    }

    private static String replay(SimulationResult result) {
        return "seed " + result.seed() + ": " + result.failure();
    }

    /** Neither commutative nor associative; texts grow with every merge. */
    @Test
    void mergeThatConcatenates_fiveDevicesAllFaults_converges() {
        for (long seed = 0; seed < (LONG ? 20_000 : 150); seed++) {
            SimulationResult result = Simulation.seeded(seed)
                    .devices(5)
                    .localOps(12)
                    .faults(FaultPlan.everything())
                    .merge((base, local, remote) -> JsonValue.of(
                            local.value().asString() + "+" + remote.value().asString()))
                    .run();
            assertTrue(result.held(), replay(result));
        }
    }

    @Test
    void nothingFails_everyPromiseHolds() {
        for (long seed = 0; seed < 50; seed++) {
            SimulationResult result =
                    Simulation.seeded(seed).faults(FaultPlan.NONE).run();
            assertTrue(result.held(), replay(result));
            assertTrue(result.faults().isEmpty());
        }
    }

    @Test
    void sameSeed_isTheSameHistory() {
        for (long seed = 0; seed < 200; seed++) {
            long first = SimulationRun.simulation(seed, SimulationRun.MIXED_DEVICES)
                    .run()
                    .traceHash();
            long second = SimulationRun.simulation(seed, SimulationRun.MIXED_DEVICES)
                    .run()
                    .traceHash();
            assertEquals(first, second, "seed " + seed);
        }
    }

    @Test
    void otherSeed_isAnotherHistory() {
        assertNotEquals(
                Simulation.seeded(1).run().traceHash(),
                Simulation.seeded(2).run().traceHash());
    }

    /** The order of Java's immutable sets and maps differs from one process to the next; nothing may depend on it. */
    @Test
    void sameSeed_inAnotherProcess_isTheSameHistory() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Traces.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String traces = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(other.waitFor(1, TimeUnit.MINUTES));
        assertEquals(Traces.ofSomeSeeds(), traces.trim());
    }

    /** Prints the trace hashes of some seeds. */
    static final class Traces {
        private static final int SEEDS = 30;

        private Traces() {}

        public static void main(String[] arguments) {
            System.out.println(ofSomeSeeds());
        }

        static String ofSomeSeeds() {
            StringBuilder traces = new StringBuilder();
            for (long seed = 0; seed < SEEDS; seed++) {
                SimulationResult result = SimulationRun.simulation(seed, SimulationRun.MIXED_DEVICES)
                        .run();
                traces.append(Long.toHexString(result.traceHash())).append(' ');
            }
            return traces.toString().trim();
        }
    }

    /** Bytes that change on the way in every third page, and a relay that is restored from a backup again and again. */
    @Test
    void relayThatForgetsAndGarbles_everyPromiseHolds() {
        for (long seed = 0; seed < (LONG ? 40_000 : 300); seed++) {
            assertHeldAtABadRelay(seed);
        }
    }

    private static void assertHeldAtABadRelay(long seed) {
        FaultPlan plan =
                FaultPlan.fromSeed(seed).with(Fault.ANSWER_CHANGED, 0.3).with(Fault.RELAY_ROLLED_BACK, 0.03);
        int devices = 2 + (int) (seed % 7);
        SimulationResult result = Simulation.seeded(seed)
                .devices(devices)
                .localOps(12)
                .faults(plan)
                .run();
        assertTrue(result.held(), replay(result));
    }
}
