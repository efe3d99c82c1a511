package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationScriptTest {
    private static SimulationResult history(long seed) {
        return SimulationRun.simulation(seed, SimulationRun.MIXED_DEVICES).run();
    }

    @Test
    void script_replayed_isTheSameHistory() {
        for (long seed = 0; seed < 200; seed++) {
            SimulationResult result = history(seed);
            SimulationResult again =
                    Simulation.seeded(-1).replaying(result.script()).run();
            assertEquals(result.traceHash(), again.traceHash(), "seed " + seed);
            assertEquals(result.faults(), again.faults());
            assertEquals(result.script(), again.script());
        }
    }

    @Test
    void text_parsed_isTheSameScript() {
        for (long seed = 0; seed < 200; seed++) {
            SimulationScript script = history(seed).script();
            assertEquals(script, SimulationScript.parse(script.toString()), "seed " + seed);
        }
    }

    @Test
    void length_countsStepsWithinOthers() {
        SimulationScript script = SimulationScript.parse("seed 1, 2 devices, records of size 1\n"
                + "0 syncs\n"
                + "    MEANWHILE 1 7\n"
                + "        1 syncs\n"
                + "        1 CRASH 3\n"
                + "1 closes\n");
        assertEquals(4, script.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "seed x",
                "seed 1, 2 devices, records of size 1\n4 syncs",
                "seed 1, 2 devices, records of size 1\n0 sings",
                "seed 1, 2 devices, records of size 1\n0 CUT 4",
                "seed 1, 2 devices, records of size 1\n0 NO_SUCH_FAULT 4",
                "seed 1, 2 devices, records of size 1\n0 syncs\n    CUT",
                "seed 1, 2 devices, records of size 1\n0 syncs\n  CUT 1 1",
                "seed 1, 2 devices, records of size 1\n0 writes after 0\n    put notes n0",
                "seed 1, 1 devices, records of size 1",
                "seed 1, 2 devices, records of size 1\n0 writes after 0\n    put notes n0 {",
                "seed 99999999999999999999, 2 devices, records of size 1"
            })
    void text_thatIsNoScript_isRefusedWithItsLine(String text) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> SimulationScript.parse(text));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("line "), refused.getMessage());
    }
}
