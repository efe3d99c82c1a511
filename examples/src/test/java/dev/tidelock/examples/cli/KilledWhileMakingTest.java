package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.cli.common.CliProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder is made as a whole or not at all, whenever the process that makes it dies; what is to be done after that is the same command again. */
class KilledWhileMakingTest {
    private static final int KILLS = Boolean.getBoolean("tidelock.long") ? 100 : 6;
    private static final int MILLIS_MAX = 900;

    @TempDir
    Path folder;

    @Test
    void init_killedAtAnyMoment_canBeRepeated() throws Exception {
        Random random = new Random(1);
        try (TestRelay relay = new TestRelay(folder)) {
            for (int i = 0; i < KILLS; i++) {
                Path home = folder.resolve("home-" + i);
                killed(random, "init", home.toString(), "--relay", relay.url());
                if (!Files.exists(home)) {
                    Cli.ok("init", home, "--relay", relay.url());
                }
                Cli.ok("put", home, "notes", "one", "1");
                assertEquals(1, Cli.ok("sync", home).number("pushed"));
            }
        }
    }

    @Test
    void join_killedAtAnyMoment_canBeRepeatedWithAnotherInvitation() throws Exception {
        Random random = new Random(2);
        Path first = folder.resolve("first");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(first);
            Cli.ok("put", first, "notes", "one", "1");
            Cli.ok("sync", first);
            for (int i = 0; i < KILLS / 2; i++) {
                Path home = folder.resolve("home-" + i);
                try (Pairing pairing = Pairing.start(first, "--yes", "--expires", "10s")) {
                    killed(random, "join", home.toString(), pairing.uri());
                    pairing.finish();
                }
                if (!Files.exists(home)) {
                    try (Pairing again = Pairing.start(first, "--yes")) {
                        Cli.ok("join", home, again.uri());
                        again.finish();
                    }
                }
                assertEquals(1, Cli.ok("sync", home).number("pulled"));
                assertTrue(Cli.ok("status", first).number("pending") == 0);
            }
        }
    }

    private static void killed(Random random, String... command) throws Exception {
        try (CliProcess process = CliProcess.start(command)) {
            process.waitAtMost(random.nextInt(MILLIS_MAX));
            process.kill();
        }
    }
}
