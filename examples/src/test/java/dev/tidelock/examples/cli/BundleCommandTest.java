package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HOMEs of a space without a relay. */
class BundleCommandTest {
    @TempDir
    Path folder;

    private Path one;
    private Path other;

    @BeforeEach
    void makeSpace() {
        one = folder.resolve("one");
        other = folder.resolve("other");
        assertEquals(0, Cli.run("init", one).exit());
        String uri = Cli.ok("pair", one).text("uri");
        Cli.Result joined = Cli.run("join", other, uri);
        assertEquals(0, joined.exit(), joined::toString);
    }

    private static String hash(Path home) {
        return Cli.ok("status", home).text("stateHash");
    }

    @Test
    void bundles_backAndForth_makeBothTheSame() {
        Path there = folder.resolve("there.bundle");
        Path back = folder.resolve("back.bundle");
        Cli.ok("put", one, "notes", "a", "\"from one\"");
        Cli.ok("put", other, "notes", "b", "\"from other\"");
        assertEquals(1, Cli.ok("bundle", "export", one, there).number("envelopes"));
        assertEquals(1, Cli.ok("bundle", "import", other, there).number("envelopes"));
        assertEquals(
                1,
                Cli.ok("bundle", "export", other, back, "--missing-from", there).number("envelopes"));
        assertEquals(1, Cli.ok("bundle", "import", one, back).number("added"));
        assertEquals(hash(one), hash(other));
        assertEquals("\"from other\"", Cli.ok("get", one, "notes", "b").out().strip());
        assertEquals(0, Cli.ok("bundle", "import", one, back).number("added"));
        assertEquals(0, Cli.ok("status", one).number("pending"), "the other device has it, as its bundle says");
        assertEquals(1, Cli.ok("status", other).number("pending"));
    }

    @Test
    void import_whatIsDamaged_isRefusedAndNothingIsTaken() throws Exception {
        Path file = folder.resolve("file.bundle");
        Cli.ok("put", one, "notes", "a", "1");
        Cli.ok("bundle", "export", one, file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        Cli.run("bundle", "import", other, file)
                .mustFail(1)
                .saying("ends too early")
                .saying("nothing was taken");
        Files.write(file, "something else".getBytes(StandardCharsets.UTF_8));
        Cli.run("bundle", "import", other, file).mustFail(1).saying("not a bundle");
        Cli.run("bundle", "import", other, folder.resolve("nothing"))
                .mustFail(1)
                .saying("there is no file");
        Path stranger = folder.resolve("stranger");
        assertEquals(0, Cli.run("init", stranger).exit());
        Files.write(file, whole);
        Cli.run("bundle", "import", stranger, file).mustFail(1).saying("space");
        assertEquals(1, Cli.run("get", other, "notes", "a").exit());
        assertEquals(1, Cli.ok("bundle", "import", other, file).number("added"));
    }

    @Test
    void export_intoAFolderThatIsNotThere_saysSo() {
        Cli.run("bundle", "export", one, folder.resolve("none").resolve("file")).mustFail(1);
        assertTrue(Files.notExists(folder.resolve("none")));
    }

    @Test
    void sync_withoutARelay_saysWhatCarriesChanges() {
        Cli.ok("put", one, "notes", "a", "1");
        Cli.run("sync", one).mustFail(1).saying("bundles carry its changes");
        assertEquals(1, Cli.ok("status", one).number("pending"));
    }

    @Test
    void usage_isToldWhenSomethingIsMissing() {
        Cli.run("bundle").mustFail(2).saying("bundle export HOME FILE");
        Cli.run("init", folder.resolve("x"), "--dialect", "monolith")
                .mustFail(2)
                .saying("--relay");
        assertFalse(Files.exists(folder.resolve("x")));
    }
}
