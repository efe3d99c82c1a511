package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three devices, driven as a person would, while the relay comes and goes. */
class ThreeHomesTest {
    private static final int STEPS = 60;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyCommands_relayComesAndGoes_endInOneState(long seed) throws Exception {
        Random random = new Random(seed);
        List<Path> homes = List.of(folder.resolve("one"), folder.resolve("two"), folder.resolve("three"));
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(homes.get(0), homes.get(1), homes.get(2));
            for (int step = 0; step < STEPS; step++) {
                if (random.nextInt(4) == 0) {
                    toggle(relay);
                }
                Path home = homes.get(random.nextInt(homes.size()));
                act(home, random, step, relay);
                requireHonest(home);
            }
            relay.start();
            for (int round = 0; round < 2; round++) {
                homes.forEach(home -> Cli.ok("sync", home));
            }
            String expected = Cli.ok("status", homes.get(0)).text("stateHash");
            for (Path home : homes) {
                Cli.Result status = Cli.ok("status", home);
                assertEquals(expected, status.text("stateHash"));
                assertEquals("synced", status.text("state"));
                assertEquals(3, Cli.ok("devices", home).lines().size());
            }
        }
    }

    private static void toggle(TestRelay relay) throws Exception {
        if (relay.isRunning()) {
            relay.stop();
        } else {
            relay.start();
        }
    }

    private void act(Path home, Random random, int step, TestRelay relay) throws Exception {
        String id = "note " + random.nextInt(4);
        switch (random.nextInt(7)) {
            case 0 -> Cli.ok("put", home, "notes", id, "{\"title\":\"at step " + step + "\",\"count\":0}");
            case 1 -> Cli.ok("patch", home, "notes", id, "{\"patched\":" + step + "}");
            case 2 -> Cli.ok("rm", home, "notes", id);
            case 3 -> Cli.ok("op", home, "counters", "pages", "add", Integer.toString(-step));
            case 4 -> Cli.ok("tx", home, transaction(step));
            default -> {
                Cli.Result result = Cli.run("sync", home, "--json");
                assertEquals(relay.isRunning() ? 0 : 1, result.exit(), result::toString);
            }
        }
    }

    private Path transaction(int step) throws Exception {
        return Files.write(
                folder.resolve("tx-" + step + ".jsonl"),
                List.of(
                        "{\"op\":\"put\",\"collection\":\"left\",\"id\":\"pair\",\"value\":" + step + "}",
                        "{\"op\":\"put\",\"collection\":\"right\",\"id\":\"pair\",\"value\":" + step + "}",
                        "{\"op\":\"set-add\",\"collection\":\"steps\",\"id\":\"all\",\"value\":" + step + "}"));
    }

    private static void requireHonest(Path home) {
        Cli.Result status = Cli.ok("status", home);
        if (status.number("pending") > 0) {
            assertNotEquals("synced", status.text("state"));
        }
        for (String side : List.of("left", "right")) {
            // A transaction is there as a whole, or not at all.
            assertEquals(
                    Cli.run("get", home, "left", "pair").out(),
                    Cli.run("get", home, side, "pair").out());
        }
    }

    @Test
    void init_offline_registersTheSpaceWithTheFirstSync() throws Exception {
        Path one = folder.resolve("one");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.stop();
            Cli.run("init", one, "--relay", relay.url(), "--json").mustFail(1).saying("--offline");
            Cli.ok("init", one, "--relay", relay.url(), "--offline");
            Cli.ok("put", one, "notes", "n", "1");
            Cli.run("sync", one, "--json").mustFail(1);
            relay.start();
            assertEquals(1, Cli.ok("sync", one).number("pushed"));
            assertEquals("synced", Cli.ok("status", one).text("state"));
        }
    }

    @Test
    void inspect_showsHeadsCursorAndTables_andNoValue() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            Cli.ok("put", one, "notes", "n", "\"a needle in the hay\"");
            Cli.Result before = Cli.ok("inspect", one);
            assertEquals(1, before.number("unsealed"));
            Cli.ok("sync", one);
            Cli.ok("sync", two);
            Cli.Result after = Cli.ok("inspect", two);
            assertEquals(0, after.number("unsealed"));
            assertEquals(0, after.number("outbox"));
            assertEquals(1, after.number("records"));
            JsonObject inspected = JsonValue.parse(after.out()).asObject();
            assertEquals(1, inspected.get("heads").asArray().items().size());
            JsonValue position = inspected.get("cursor").asObject().get("position");
            assertEquals(JsonValue.of(1), position);
            assertTrue(after.out().contains("{\"bytes\":"));
            assertTrue(after.out().contains("\"name\":\"events\",\"rows\":1}"));
            assertFalse(after.out().contains("needle"));
            assertFalse(Cli.run("inspect", two).out().contains("needle"));
        }
    }

    @Test
    void conflict_onTwoDevices_isInTheLogOfBothUntilOverwritten() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            Cli.ok("put", one, "notes", "shared", "\"from one\"");
            Cli.ok("put", two, "notes", "shared", "\"from two\"");
            Cli.ok("sync", one);
            assertEquals(1, Cli.ok("sync", two).number("conflicts"));
            Cli.ok("sync", one);
            String entry = Cli.ok("conflicts", one).out();
            assertEquals(entry, Cli.ok("conflicts", two).out());
            Cli.ok("put", two, "notes", "shared", "\"settled\"");
            Cli.ok("sync", two);
            Cli.ok("sync", one);
            assertEquals("", Cli.ok("conflicts", one).out());
            assertEquals(
                    "\"settled\"", Cli.ok("get", one, "notes", "shared").out().strip());
        }
    }

    @Test
    void resolve_keepsWhatTheUserSays_onBothDevices() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            Cli.ok("put", one, "notes", "shared", "\"from one\"");
            Cli.ok("put", two, "notes", "shared", "\"from two\"");
            Cli.ok("sync", one);
            Cli.ok("sync", two);
            Cli.ok("sync", one);
            String lost = Cli.ok("conflicts", one).text("value");
            String id = Cli.ok("conflicts", one).text("conflict");
            Cli.run("resolve", one, id, "--keep", folder.resolve("nowhere"))
                    .mustFail(2)
                    .saying("there is no file");
            Cli.run("resolve", one, "what", "--keep", "local").mustFail(2).saying("tidelock conflicts");
            Cli.ok("resolve", one, id, "--keep", "remote");
            assertEquals(
                    3, Cli.ok("history", one, "notes", "shared").out().lines().count());
            assertEquals(
                    1,
                    Cli.ok("history", one, "notes", "shared", "--limit", "1")
                            .out()
                            .lines()
                            .count());
            Cli.run("history", one, "notes", "never").mustFail(1).saying("never was");
            Cli.run("history", one, "notes", "shared", "--limit", "0")
                    .mustFail(2)
                    .saying("1 or more");
            Cli.run("resolve", one, id, "--keep", "local").mustFail(1).saying("no open entry");
            Cli.ok("sync", one);
            Cli.ok("sync", two);
            assertEquals("", Cli.ok("conflicts", two).out());
            assertEquals(
                    '"' + lost + '"',
                    Cli.ok("get", two, "notes", "shared").out().strip());
        }
    }
}
