package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.bench.Notes;
import dev.tidelock.examples.cli.common.CliProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {
    private static final int KILLS = 4;
    private static final int NOTES = 20_000;

    @TempDir
    Path folder;

    private Path notes(int count) throws IOException {
        List<String> lines = new ArrayList<>();
        Notes.generate(count).forEach(note -> lines.add(note.json()));
        return Files.write(folder.resolve("notes.jsonl"), lines);
    }

    @Test
    void import_killedAtAnyMoment_losesNothingAcknowledgedAndDoublesNothing() throws Exception {
        Path file = notes(NOTES);
        Path home = folder.resolve("home");
        Path other = folder.resolve("other");
        Random random = new Random(5);
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(home, other);
            long acknowledged = 0;
            for (int i = 0; i < KILLS; i++) {
                acknowledged = Math.max(acknowledged, importAndKill(home, file, random.nextInt(400)));
                Cli.ok("sync", home);
                Cli.ok("sync", other);
                long found = Cli.ok("ls", other, "notes").lines().size();
                assertTrue(found >= acknowledged, "acknowledged " + acknowledged + ", found " + found);
            }
            assertTrue(acknowledged > 0, "no import came far enough to acknowledge anything");
            assertEquals(NOTES, Cli.ok("import", home, "notes", file).number("records"));
            Cli.ok("sync", home);
            long pulled = Cli.ok("sync", other).number("pulled");
            assertTrue(pulled <= NOTES - acknowledged, "what was there was sent again");
            assertEquals(NOTES, Cli.ok("ls", other, "notes").lines().size());
            assertEquals(
                    Cli.ok("status", home).text("stateHash"),
                    Cli.ok("status", other).text("stateHash"));
        }
    }

    /** @return how many records the import has said are kept */
    private static long importAndKill(Path home, Path file, int millisAfterFirst) throws Exception {
        try (CliProcess process = CliProcess.start("import", home.toString(), "notes", file.toString())) {
            String last = process.line();
            process.waitAtMost(millisAfterFirst);
            process.kill();
            List<String> more = process.finish().lines();
            for (String line : more) {
                last = line.startsWith("Kept ") ? line : last;
            }
            return Long.parseLong(last.substring("Kept ".length()));
        }
    }

    @Test
    void import_again_changesNothing() throws Exception {
        Path home = folder.resolve("home");
        Cli.ok("init", home, "--relay", "http://127.0.0.1:1", "--offline");
        Path file = notes(1500);
        assertEquals(1500, Cli.ok("import", home, "notes", file).number("changed"));
        Cli.Result again = Cli.ok("import", home, "notes", file);
        assertEquals(1500, again.number("records"));
        assertEquals(0, again.number("changed"));
        assertEquals(1500, Cli.ok("status", home).number("pending"));
    }

    @Test
    void import_linesWithoutId_areNamedByTheirContent() throws Exception {
        Path home = folder.resolve("home");
        Cli.ok("init", home, "--relay", "http://127.0.0.1:1", "--offline");
        Path file =
                Files.write(folder.resolve("words.jsonl"), List.of("\"tide\"", "\"lock\"", "\"tide\"", "{\"id\":7}"));
        Cli.ok("import", home, "words", file);
        Cli.ok("import", home, "words", file);
        assertEquals(3, Cli.ok("ls", home, "words").lines().size());
        assertEquals("{\"id\":7}", Cli.ok("get", home, "words", "7").out().strip());
    }

    @Test
    void export_thenImportElsewhere_givesTheSameState() throws Exception {
        Path home = folder.resolve("home");
        Path copy = folder.resolve("copy");
        for (Path each : List.of(home, copy)) {
            Cli.ok("init", each, "--relay", "http://127.0.0.1:1", "--offline");
        }
        Cli.ok("import", home, "notes", notes(50));
        Cli.ok("put", home, "notes", "größe ✓", "[1,2,{\"id\":\"inner\"}]");
        Path exported = Files.writeString(
                folder.resolve("exported.jsonl"),
                Cli.ok("export", home, "notes").out());
        Cli.ok("import", copy, "notes", exported);
        assertEquals(
                Cli.ok("status", home).text("stateHash"), Cli.ok("status", copy).text("stateHash"));
    }
}
