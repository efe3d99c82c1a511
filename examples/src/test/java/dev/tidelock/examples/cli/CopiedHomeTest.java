package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that was copied or restored becomes a device of its own, and no change of either is lost or counted twice. */
class CopiedHomeTest {
    @TempDir
    Path folder;

    private Path one;
    private Path two;
    private Path copy;

    @BeforeEach
    void nameHomes() {
        one = folder.resolve("one");
        two = folder.resolve("two");
        copy = folder.resolve("copy");
    }

    /** As {@code cp -r}: into the files that are there, if there are some. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> files;
        try (Stream<Path> inside = Files.list(from)) {
            files = inside.collect(Collectors.toList());
        }
        for (Path file : files) {
            Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
        }
    }

    private static void add(Path home, int amount) {
        Cli.ok("op", home, "counters", "n", "add", amount);
    }

    private static void syncAll(Path... homes) {
        for (int round = 0; round < 2; round++) {
            for (Path home : homes) {
                Cli.ok("sync", home);
            }
        }
    }

    private static void assertOne(String count, Path... homes) {
        String expected = Cli.ok("status", homes[0]).text("stateHash");
        for (Path home : homes) {
            Cli.Result status = Cli.ok("status", home);
            assertEquals(expected, status.text("stateHash"));
            assertEquals("synced", status.text("state"), status::toString);
            assertEquals(count, Cli.ok("get", home, "counters", "n").out().strip());
        }
    }

    private static String device(Path home) {
        return Cli.ok("status", home).text("device");
    }

    @Test
    void copyWithUnsentChanges_bothGoOn_countEachOnce() throws Exception {
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            add(one, 1);
            Cli.ok("sync", one);
            add(one, 10);
            copy(one, copy);
            add(copy, 100);
            add(one, 1_000);
            Cli.Result told = Cli.run("sync", copy);
            assertEquals(0, told.exit(), told::toString);
            assertEquals(1, told.err().lines().count(), told::toString);
            told.saying("was copied or restored").saying("no longer " + device(one));
            syncAll(one, copy, two);
            add(copy, 10_000);
            add(one, 100_000);
            syncAll(one, copy, two);
            assertOne("111111", one, copy, two);
            assertNotEquals(device(one), device(copy));
            assertEquals(3, Cli.ok("devices", two).lines().size());
            JsonObject self = Cli.ok("devices", copy).lines().stream()
                    .map(line -> JsonValue.parse(line).asObject())
                    .filter(line -> line.get("self") == JsonValue.TRUE)
                    .findAny()
                    .orElseThrow();
            assertEquals("one", self.get("label").asString(), "the label stays");
            assertEquals(
                    0,
                    Cli.ok("status", one)
                            .json()
                            .get("incidents")
                            .asArray()
                            .items()
                            .size());
        }
    }

    @Test
    void copy_relayNotThere_readsAndWritesAndSendsNothing() throws Exception {
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            add(one, 1);
            copy(one, copy);
            relay.stop();
            add(copy, 10);
            assertEquals("11", Cli.ok("get", copy, "counters", "n").out().strip());
            Cli.run("sync", copy).mustFail(1).saying("copied or restored").saying("is kept");
            Cli.run("sync", copy).mustFail(1);
            add(copy, 100);
            relay.start();
            syncAll(one, copy, two);
            assertOne("111", one, copy, two);
        }
    }

    @Test
    void backup_restoredOverTheFolder_getsBackWhatItHadSent() throws Exception {
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            add(one, 1);
            Cli.ok("sync", one);
            add(one, 10);
            copy(one, copy);
            add(one, 100);
            Cli.ok("sync", one);
            Files.write(one.resolve("store.db"), Files.readAllBytes(copy.resolve("store.db")));
            add(one, 1_000);
            assertTrue(Cli.run("sync", one).err().contains("restored"));
            syncAll(one, two);
            assertOne("1111", one, two);
        }
    }

    @Test
    void copyThatCannotBeTold_isFoundBySync_andGoesOnUnderItsOwnIdentity() throws Exception {
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            add(one, 1);
            Cli.ok("sync", one);
            add(one, 10);
            Path backup = folder.resolve("backup");
            copyDisk(one, backup);
            add(one, 100);
            Cli.ok("sync", one);
            String former = device(one);
            putBack(backup, one);
            add(one, 1_000);
            Cli.Result told = Cli.run("sync", one);
            assertEquals(0, told.exit(), told::toString);
            assertEquals(1, told.err().lines().count(), told::toString);
            told.saying("another copy");
            assertNotEquals(former, device(one));
            syncAll(two, one);
            assertOne("1111", one, two);
        }
    }

    /** A copy of a whole disk: the files are the same ones, as far as a file system can tell. */
    private static void copyDisk(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String file : List.of("store.db", "store.db-lock")) {
            Files.copy(from.resolve(file), to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void putBack(Path from, Path to) throws IOException {
        for (String file : List.of("store.db", "store.db-lock")) {
            Files.write(to.resolve(file), Files.readAllBytes(from.resolve(file)));
        }
    }

    @Test
    void renew_onRequest_keepsDataAndWhatIsUnsent() throws Exception {
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            add(one, 1);
            Cli.ok("sync", one);
            add(one, 10);
            String former = device(one);
            Cli.Result renewed = Cli.ok("renew", one);
            assertEquals(former, renewed.text("former"));
            assertEquals(device(one), renewed.text("device"));
            syncAll(one, two);
            assertOne("11", one, two);
            assertFalse(Files.exists(one.resolve("keys.next")));
        }
    }

    @Test
    void run_whoseIdentityIsRenewedByAnotherProcess_goesOnWithIt() throws Exception {
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            try (CliProcess running = CliProcess.start("run", one.toString(), "--interval", "1s", "--json")) {
                awaitEvent(running, "running");
                String device = Cli.ok("renew", one).text("device");
                assertEquals(
                        device, awaitEvent(running, "renewed").get("device").asString());
                add(two, 1);
                Cli.ok("sync", two);
                awaitEvent(running, "changed");
                CliProcess.Result stopped = running.stop();
                assertEquals(0, stopped.exit(), stopped::toString);
            }
            syncAll(one, two);
            assertOne("1", one, two);
        }
    }

    @Test
    void run_whoseCopySyncsFirst_goesOnUnderItsOwnIdentity() throws Exception {
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            add(one, 1);
            Cli.ok("sync", one);
            Path backup = folder.resolve("backup");
            copyDisk(one, backup);
            add(one, 10);
            Cli.ok("sync", one);
            putBack(backup, one);
            add(one, 100);
            try (CliProcess running = CliProcess.start("run", one.toString(), "--interval", "1s", "--json")) {
                assertEquals(
                        "forked", awaitEvent(running, "incident").get("kind").asString());
                awaitEvent(running, "renewed");
                awaitEvent(running, "synced");
                assertEquals(0, running.stop().exit());
            }
            syncAll(two, one);
            assertOne("111", one, two);
        }
    }

    private static JsonObject awaitEvent(CliProcess running, String event) throws Exception {
        JsonObject line = running.jsonLine();
        while (!line.get("event").asString().equals(event)) {
            line = running.jsonLine();
        }
        return line;
    }
}
