package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.examples.fakes.MonolithPlace;
import dev.tidelock.sync.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HOMEs whose devices meet at a monolith relay. */
@Timeout(120)
class MonolithDialectTest {
    @TempDir
    Path folder;

    private final MonolithPlace relay = new MonolithPlace();
    private final ExecutorService beside = Executors.newCachedThreadPool();
    private Path one;
    private Path other;

    @BeforeEach
    void makeSpace() {
        one = folder.resolve("one");
        other = folder.resolve("other");
        Cli.Result made = Cli.run("init", one, "--relay", relay.url(), "--dialect", "monolith");
        assertEquals(0, made.exit(), made::toString);
        Cli.Result joined = Cli.run("join", other, Cli.ok("pair", one).text("uri"));
        assertEquals(0, joined.exit(), joined::toString);
    }

    @AfterEach
    void stop() {
        beside.shutdown();
        relay.close();
    }

    private static String hash(Path home) {
        return Cli.ok("status", home).text("stateHash");
    }

    @Test
    void sync_bothAtOnce_comeToTheSame() throws Exception {
        for (int round = 0; round < 3; round++) {
            Cli.ok("op", one, "notes", "count", "add", "1");
            Cli.ok("op", other, "notes", "count", "add", "1");
            CompletableFuture<Cli.Result> there =
                    CompletableFuture.supplyAsync(() -> Cli.run("sync", other, "--json"), beside);
            Cli.Result here = Cli.run("sync", one, "--json");
            assertEquals(0, here.exit(), here::toString);
            assertEquals(0, there.get().exit(), () -> String.valueOf(there.join()));
            assertEquals(hash(one), hash(other), "round " + round);
        }
        assertEquals("6", Cli.ok("get", other, "notes", "count").out().strip());
    }

    @Test
    void run_whatIsWrittenBeside_arrivesAtTheOther() throws Exception {
        try (CliProcess running = CliProcess.start("run", one.toString(), "--interval", "1s", "--json");
                CliProcess there = CliProcess.start("run", other.toString(), "--interval", "1s", "--json")) {
            running.jsonLine();
            Cli.ok("put", one, "notes", "a", "\"beside a run\"");
            JsonObject line = there.jsonLine();
            while (!line.get("event").asString().equals("changed")) {
                line = there.jsonLine();
            }
            assertEquals(
                    "\"beside a run\"", Cli.ok("get", other, "notes", "a").out().strip());
            Cli.Result second = Cli.run("sync", one);
            assertEquals(1, second.exit(), second::toString);
            assertTrue(second.err().contains("another process has this device's link"), second::toString);
            assertEquals(0, running.stop().exit());
            assertEquals(0, there.stop().exit());
        }
        assertEquals(hash(one), hash(other));
    }

    @Test
    void home_always_keepsTheSessionOutOfWhatItStores() throws Exception {
        String session = Cli.ok("pair", one).text("uri").replaceAll(".*session=([0-9a-f-]{36}).*", "$1");
        assertEquals(36, session.length());
        Cli.ok("put", one, "notes", "a", "1");
        Cli.run("sync", one).mustFail(1);
        assertFalse(Cli.ok("inspect", one).out().contains(session));
        try (Stream<Path> files = Files.walk(one)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains(session), file.toString());
            }
        }
    }

    @Test
    void sync_nobodyElseThere_saysSoAfterAWhile() {
        Cli.ok("put", one, "notes", "a", "1");
        Cli.run("sync", one).mustFail(1).saying("not connected").saying("1 changes wait here");
    }

    @Test
    void init_urlThatIsNone_isRefused() {
        Cli.run("init", folder.resolve("x"), "--relay", "ftp://relay", "--dialect", "monolith")
                .mustFail(2)
                .saying("ws");
        Cli.run("init", folder.resolve("x"), "--relay", "ws://relay", "--dialect", "none")
                .mustFail(2)
                .saying("monolith");
    }
}
