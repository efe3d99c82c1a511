package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device whose database is damaged, with a relay and another device that are well. */
class DoctorTest {
    private static final int PAGE = 4096;

    @TempDir
    Path folder;

    private static void zeroPage(Path file, int page) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, (page - 1) * PAGE, page * PAGE, (byte) 0);
        Files.write(file, bytes);
    }

    private static boolean is(JsonObject json, String member) {
        return json.get(member) == JsonValue.TRUE;
    }

    private static long number(JsonObject json, String member) {
        return json.get(member).asNumber().longValue();
    }

    @Test
    void damagedPages_areNamedAndSalvaged_andTheRelayBringsTheRest() throws Exception {
        Path well = folder.resolve("well");
        Path ill = folder.resolve("ill");
        int salvaged = 0;
        int withNewIdentity = 0;
        int salvageable = 0;
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(well, ill);
            for (int i = 0; i < 3; i++) {
                Cli.ok("put", well, "notes", "well-" + i, "\"" + "w".repeat(5000) + i + "\"");
                Cli.ok("sync", well);
                Cli.ok("put", ill, "notes", "ill-" + i, "\"" + "i".repeat(5000) + i + "\"");
                Cli.ok("sync", ill);
            }
            Cli.ok("sync", well);
            assertTrue(is(Cli.ok("doctor", ill).json(), "sound"));
            Cli.ok("put", ill, "notes", "unsent", "\"only here\"");
            Path store = ill.resolve("store.db");
            byte[] whole = Files.readAllBytes(store);
            for (int page = whole.length / PAGE; page > 1 && salvaged + withNewIdentity < 8; page -= 3) {
                Files.write(store, whole);
                zeroPage(store, page);
                Cli.Result checked = Cli.run("doctor", ill, "--json");
                if (checked.exit() == 0) {
                    continue; // nothing is kept there
                }
                assertFalse(is(checked.json(), "sound"));
                assertFalse(is(checked.json(), "salvaged"));
                JsonObject saved = Cli.run("doctor", ill, "--salvage", "--json").json();
                assertTrue(is(saved, "salvaged"));
                if (is(saved, "needsNewIdentity")) {
                    withNewIdentity++;
                    Path unsent = Path.of(saved.get("file").asString());
                    assertEquals(
                            number(saved, "unsent"), Files.readAllLines(unsent).size());
                    continue;
                }
                salvaged++;
                salvageable = page;
                assertTrue(is(Cli.ok("doctor", ill).json(), "sound"));
                if (number(saved, "unsent") == 1) {
                    assertEquals(
                            "\"only here\"",
                            Cli.ok("get", ill, "notes", "unsent").out().strip());
                }
            }
            assertTrue(salvaged > 1, salvaged + " salvaged, " + withNewIdentity + " with a new identity");
            Files.write(store, whole);
            zeroPage(store, salvageable);
            assertEquals(0, Cli.run("doctor", ill, "--salvage").exit());
            Cli.ok("sync", ill);
            Cli.ok("sync", well);
            assertEquals(
                    Cli.ok("status", well).text("stateHash"),
                    Cli.ok("status", ill).text("stateHash"));
        }
    }

    @Test
    void humanText_saysWhatToDo() throws Exception {
        Path home = folder.resolve("home");
        Cli.ok("init", home, "--relay", "http://127.0.0.1:1", "--offline");
        Cli.ok("put", home, "notes", "a", "1");
        assertTrue(Cli.run("doctor", home).out().contains("is sound"));
        Path store = home.resolve("store.db");
        Files.write(store, Arrays.copyOf(Files.readAllBytes(store), 2 * PAGE));
        Cli.run("status", home).mustFail(1).saying("tidelock doctor");
        Cli.Result damaged = Cli.run("doctor", home);
        assertEquals(1, damaged.exit());
        assertTrue(damaged.out().contains("what to do: ") && damaged.out().contains("--salvage"), damaged::toString);
        Files.delete(store);
        assertEquals(1, Cli.run("doctor", home).exit());
        Cli.run("doctor", folder.resolve("nowhere")).mustFail(1).saying("tidelock init");
    }
}
