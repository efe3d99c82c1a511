package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.examples.fakes.MotebitPlace;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HOMEs at a motebit relay. */
class MotebitDialectTest {
    @TempDir
    Path folder;

    private MotebitPlace relay;

    @BeforeEach
    void start() {
        relay = new MotebitPlace();
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    private Path init() {
        Path home = folder.resolve("one");
        Cli.Result made = Cli.run("init", home, "--relay", relay.url(), "--dialect", "motebit", "--json");
        assertEquals(0, made.exit(), made::toString);
        return home;
    }

    private static String pair(Path home) {
        return Cli.ok("pair", home, "--yes").text("uri");
    }

    private Path join(String name, String uri, Object... options) {
        Path home = folder.resolve(name);
        List<Object> args = new ArrayList<>(List.of("join", home, uri, "--json"));
        args.addAll(List.of(options));
        Cli.Result joined = Cli.run(args.toArray());
        assertEquals(0, joined.exit(), joined::toString);
        return home;
    }

    @Test
    void sync_threeHomes_comeToTheSame() {
        Path one = init();
        String uri = pair(one);
        Path two = join("two", uri, "--dialect", "motebit", "--relay", relay.url());
        Path three = join("three", uri);
        List<Path> homes = List.of(one, two, three);
        for (int i = 0; i < 3; i++) {
            Cli.ok("put", homes.get(i), "notes", "n" + i, "{\"by\":\"" + i + "\"}");
            Cli.ok("op", homes.get(i), "notes", "count", "add", "1");
        }
        homes.forEach(home -> Cli.ok("sync", home));
        homes.forEach(home -> Cli.ok("sync", home));
        String hash = Cli.ok("status", one).text("stateHash");
        for (Path home : homes) {
            JsonObject status = Cli.ok("status", home).json();
            assertEquals(hash, status.get("stateHash").asString());
            assertEquals("synced", status.get("state").asString());
            assertEquals("3", Cli.ok("get", home, "notes", "count").out().strip());
        }
    }

    @Test
    void run_changesElsewhere_areHeardAtOnce() throws Exception {
        Path one = init();
        Path two = join("two", pair(one));
        try (CliProcess running = CliProcess.start("run", two.toString(), "--interval", "1h", "--json")) {
            JsonObject line = running.jsonLine();
            while (!line.get("event").asString().equals("status")) {
                line = running.jsonLine();
            }
            while (relay.openSockets() == 0) {
                Thread.onSpinWait();
            }
            Cli.ok("put", one, "notes", "n", "1");
            Cli.ok("sync", one);
            while (!line.get("event").asString().equals("changed")) {
                line = running.jsonLine();
            }
            CliProcess.Result stopped = running.stop();
            assertEquals(0, stopped.exit(), stopped::toString);
            assertEquals("", stopped.err());
        }
        assertEquals("1", Cli.ok("get", two, "notes", "n").out().strip());
    }

    @Test
    void sync_strangersAndALowLateClock_changeNothing() {
        Path one = init();
        Path two = join("two", pair(one));
        Cli.ok("put", one, "notes", "a", "1");
        Cli.ok("sync", one);
        Cli.ok("sync", two);
        List<String> ids = new ArrayList<>();
        relay.model().storeOnly(event -> ids.add(event.get("motebit_id").asString()));
        Cli.ok("put", one, "notes", "b", "2");
        Cli.ok("sync", one);
        relay.model()
                .insert(
                        ids.get(0),
                        JsonObject.EMPTY
                                .with("event_id", JsonValue.of("stranger"))
                                .with("motebit_id", JsonValue.of(ids.get(0)))
                                .with("event_type", JsonValue.of("memory_formed"))
                                .with("payload", JsonValue.of("no"))
                                .with("timestamp", JsonValue.of(1))
                                .with("version_clock", JsonValue.of(1L << 53)));
        Cli.ok("put", two, "notes", "c", "3");
        Cli.ok("sync", two);
        Cli.ok("sync", one);
        assertEquals(
                Cli.ok("status", one).text("stateHash"), Cli.ok("status", two).text("stateHash"));
    }

    @Test
    void sync_relayEmptied_goesOnAfterAcceptRelay() {
        Path one = init();
        Path two = join("two", pair(one));
        Cli.ok("put", one, "notes", "a", "1");
        Cli.ok("sync", one);
        Cli.ok("sync", two);
        relay.model().empty();
        Cli.run("sync", one).mustFail(1).saying("--accept-relay");
        Cli.ok("sync", one, "--accept-relay");
        Cli.ok("sync", two, "--accept-relay");
        assertEquals(
                Cli.ok("status", one).text("stateHash"), Cli.ok("status", two).text("stateHash"));
    }

    @Test
    void renew_copiedHome_getsAnIdentityOfItsOwn() throws Exception {
        Path one = init();
        Cli.ok("put", one, "notes", "a", "1");
        Cli.ok("sync", one);
        Path copy = folder.resolve("copy");
        Files.createDirectory(copy);
        try (Stream<Path> files = Files.list(one)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        Cli.ok("put", one, "notes", "b", "2");
        Cli.run("put", copy, "notes", "c", "3");
        Cli.ok("sync", one);
        assertEquals(0, Cli.run("sync", copy).exit());
        Cli.ok("sync", one);
        assertEquals(0, Cli.run("sync", copy).exit());
        assertEquals(
                Cli.ok("status", one).text("stateHash"), Cli.ok("status", copy).text("stateHash"));
        assertEquals("3", Cli.ok("get", one, "notes", "c").out().strip());
    }

    @Test
    void init_relayUnreachable_makesNothing() {
        String url = relay.url();
        relay.model(); // it can be stopped
        relay.close();
        Path home = folder.resolve("one");
        Cli.run("init", home, "--relay", url, "--dialect", "motebit").mustFail(1);
        assertFalse(Files.exists(home));
    }

    @Test
    void dialect_unknownOrNotThatOfTheUri_isWrongUsage() {
        Cli.run("init", folder.resolve("x"), "--relay", relay.url(), "--dialect", "klingon")
                .mustFail(2)
                .saying("motebit");
        Cli.run("init", folder.resolve("x"), "--relay", relay.url(), "--transport", "motebit")
                .mustFail(2);
        Path one = init();
        String uri = pair(one);
        Cli.run("join", folder.resolve("x"), uri.replace("dialect=motebit", "dialect=other"))
                .mustFail(2)
                .saying("other");
        Cli.run("join", folder.resolve("x"), uri.replace("&dialect=motebit", ""))
                .mustFail(2)
                .saying("--dialect motebit");
        Cli.run("join", folder.resolve("x"), uri.substring(0, 40)).mustFail(2);
        assertTrue(uri.startsWith("tidelock:direct?"));
        String ours =
                "tidelock:pair?v=1&relay=http%3A%2F%2Flocalhost&secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        Cli.run("join", folder.resolve("x"), ours, "--dialect", "motebit").mustFail(2);
    }
}
