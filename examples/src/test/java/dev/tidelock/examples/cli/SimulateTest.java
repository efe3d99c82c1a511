package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateTest {
    private static final String SCRIPT = "seed 1, 2 devices, records of size 1\n"
            + "0 writes after 3\n"
            + "    put notes n0 {\"t\":\"v1\"}\n"
            + "0 syncs\n"
            + "    ANSWER_LOST 1 5\n"
            + "1 syncs\n"
            + "1 CRASH 8\n";

    @TempDir
    Path folder;

    @Test
    void simulate_someSeeds_countsWhatHappened() {
        Cli.Result result = Cli.ok("simulate", "--seeds", 45, "--devices", 5, "--repeat", 10);
        assertEquals(45, result.number("histories"));
        assertEquals(0, result.number("lost") + result.number("diverged") + result.number("stuck"));
        assertTrue(result.number("operationsMin") >= 60, result::toString);
        assertTrue(result.number("faultKindsMin") >= 5, result::toString);
        assertTrue(result.json().get("faults").asObject().members().size() > 10, result::toString);
        assertEquals(5, result.number("tracesRepeated"));
        assertTrue(result.number("historiesPerSecond") > 0);
    }

    @Test
    void simulate_sameSeeds_haveTheSameTraces() {
        String whole = Cli.ok("simulate", "--seeds", 30, "--from", 7).text("traceHash");
        assertEquals(whole, Cli.ok("simulate", "--seeds", 30, "--from", 7).text("traceHash"));
    }

    @Test
    void simulate_forPeople_endsWithWhatWasBroken() {
        Cli.Result result = Cli.run("simulate", "--seeds", 3);
        assertEquals(0, result.exit());
        assertTrue(result.out().endsWith("lost 0, diverged 0, stuck 0, otherwise broken 0\n"), result::toString);
    }

    @Test
    void replay_script_runsIt() throws IOException {
        Path file = Files.writeString(folder.resolve("script"), SCRIPT);
        Cli.Result result = Cli.ok("simulate", "--replay", file);
        assertEquals(1, result.number("operations"));
        assertEquals(4, result.number("steps"));
        assertEquals(
                1,
                result.json()
                        .get("faults")
                        .asObject()
                        .get("ANSWER_LOST")
                        .asNumber()
                        .longValue());
        assertTrue(Cli.run("simulate", "--replay", file).out().endsWith(SCRIPT));
    }

    @Test
    void replay_noScript_namesTheLine() throws IOException {
        Path file = Files.writeString(folder.resolve("script"), SCRIPT + "1 sings\n");
        Cli.run("simulate", "--replay", file).mustFail(2).saying("line 8");
        Cli.run("simulate", "--replay", folder.resolve("none")).mustFail(1).saying("there is no file");
        Cli.run("simulate", "--repeat", 0).mustFail(2).saying("--repeat");
    }
}
