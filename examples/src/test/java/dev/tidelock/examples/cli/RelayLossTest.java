package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay that comes back with nothing, with another log, or elsewhere: the devices stop, ask, and then make it whole. */
class RelayLossTest {
    @TempDir
    Path folder;

    private Path one;
    private Path two;
    private Path three;
    private TestRelay relay;

    @BeforeEach
    void makeDevices() throws Exception {
        one = folder.resolve("one");
        two = folder.resolve("two");
        three = folder.resolve("three");
        relay = new TestRelay(folder);
        relay.makeDevices(one, two, three);
        write(one, "first");
        write(two, "second");
        syncAll();
        write(one, "third");
        Cli.ok("sync", one); // only one and the relay have it
        write(two, "fourth"); // only two has it
    }

    @AfterEach
    void stopRelay() throws Exception {
        relay.close();
    }

    private static void write(Path home, String id) {
        Cli.ok("put", home, "notes", id, "{\"by\":\"" + home.getFileName() + "\"}");
    }

    private void syncAll() {
        for (int round = 0; round < 2; round++) {
            List.of(one, two, three).forEach(home -> Cli.ok("sync", home));
        }
    }

    private void loseEverything() throws Exception {
        relay.stop();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("relay.db"))
                    .toList()) {
                Files.delete(file);
            }
        }
        relay.start();
    }

    private void requireOneState(int records) {
        String expected = Cli.ok("status", one).text("stateHash");
        for (Path home : List.of(one, two, three)) {
            Cli.Result status = Cli.ok("status", home);
            assertEquals("synced", status.text("state"), status::toString);
            assertEquals(expected, status.text("stateHash"));
            assertEquals(records, Cli.ok("ls", home, "notes").lines().size());
        }
    }

    @Test
    void sync_relayThatLostTheSpace_stopsAndSaysWhatToDo() throws Exception {
        loseEverything();
        for (Path home : List.of(one, two)) {
            Cli.run("sync", home)
                    .mustFail(1)
                    .saying("unknown-log")
                    .saying("no such space")
                    .saying("--accept-relay");
            Cli.Result status = Cli.ok("status", home);
            assertEquals("blocked", status.text("state"));
            assertEquals("unknown-log", status.text("blockedBy"));
            assertTrue(status.text("detail").contains("unknown-space"), status::toString);
            assertTrue(Cli.run("status", home).out().contains("--accept-relay"));
        }
        assertEquals(1, Cli.ok("status", two).number("pending"));
        Cli.run("pair", one).mustFail(1).saying("--accept-relay");
    }

    @Test
    void acceptRelay_afterTheRelayLostEverything_bringsAllDevicesTogetherAgain() throws Exception {
        loseEverything();
        Cli.ok("sync", one, "--accept-relay");
        assertEquals(3, Cli.ok("devices", one).lines().size());
        // The others are members again, and are asked once each: the log is not the one that they knew.
        Cli.run("sync", two).mustFail(1).saying("unknown-log").saying("another log");
        Cli.ok("sync", two, "--accept-relay");
        Cli.ok("sync", three, "--accept-relay");
        syncAll();
        requireOneState(4);
    }

    @Test
    void acceptRelay_whoeverComesFirst_sendsWhatTheOthersHaveWritten() throws Exception {
        loseEverything();
        Cli.ok(
                "sync",
                three,
                "--accept-relay"); // has written nothing, holds what the others wrote, and knows their keys by that
        Path late = folder.resolve("late");
        try (Pairing pairing = Pairing.start(three, "--yes")) {
            Cli.ok("join", late, pairing.uri());
            pairing.finish();
        }
        Cli.ok("sync", late);
        assertEquals(2, Cli.ok("ls", late, "notes").lines().size());
        Cli.ok("sync", two, "--accept-relay");
        Cli.ok("sync", one, "--accept-relay");
        syncAll();
        requireOneState(4);
    }

    @Test
    void acceptRelay_deviceThatNeverWrote_isLetInByWhoInvitedIt() throws Exception {
        loseEverything();
        Cli.ok("sync", two, "--accept-relay"); // does not know the key of three
        Cli.run("sync", three).mustFail(1).saying("unauthorized");
        Cli.ok("sync", one, "--accept-relay"); // invited three
        Cli.ok("sync", three, "--accept-relay");
        syncAll();
        requireOneState(4);
    }

    @Test
    void acceptRelay_deviceThatNobodyKnowsByKey_isLetInByItsPublicKey() throws Exception {
        loseEverything();
        Cli.ok("sync", two, "--accept-relay");
        String key = JsonValue.parse(Cli.ok("devices", three).lines().get(0))
                .asObject()
                .get("publicKey")
                .asString();
        Cli.run("sync", three, "--accept-relay").mustFail(1).saying("no member").saying("approve HOME " + key);
        assertEquals(
                Cli.ok("status", three).text("device"),
                Cli.ok("approve", two, key).text("device"));
        Cli.ok("sync", three, "--accept-relay");
        Cli.ok("sync", one, "--accept-relay");
        syncAll();
        requireOneState(4);
    }

    @Test
    void acceptRelay_whereNothingIsWrong_changesNothing() throws Exception {
        syncAll();
        String before = Cli.ok("status", one).text("stateHash");
        assertEquals(0, Cli.ok("sync", one, "--accept-relay").number("pulled"));
        assertEquals(before, Cli.ok("status", one).text("stateHash"));
        requireOneState(4);
    }

    @Test
    void sync_relayThatComesBackAsItWas_goesOnByItself() throws Exception {
        relay.stop();
        Path aside = Files.createDirectory(folder.resolve("aside"));
        Files.move(folder.resolve("relay.db"), aside.resolve("relay.db"));
        relay.start();
        Cli.run("sync", one).mustFail(1).saying("unknown-log");
        relay.stop();
        for (String name : List.of("relay.db", "relay.db-wal", "relay.db-shm")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.move(aside.resolve("relay.db"), folder.resolve("relay.db"));
        relay.start();
        syncAll();
        requireOneState(4);
    }

    @Test
    void acceptRelay_atAnotherAddress_movesThereAndBack() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        try (TestRelay other = new TestRelay(elsewhere)) {
            Cli.ok("sync", one, "--relay", other.url() + "/", "--accept-relay");
            Cli.ok("sync", two, "--relay", other.url(), "--accept-relay");
            Cli.ok("sync", three, "--relay", other.url(), "--accept-relay");
            syncAll();
            requireOneState(4);
            relay.stop();
            write(three, "fifth");
            syncAll();
            requireOneState(5);
            relay.start();
            for (Path home : List.of(three, two, one)) {
                Cli.ok("sync", home, "--relay", relay.url(), "--accept-relay");
            }
        }
        syncAll();
        requireOneState(5);
    }

    @Test
    void acceptRelay_whatCannotBe_changesNothing() throws Exception {
        Cli.run("sync", one, "--relay", relay.url()).mustFail(2).saying("--accept-relay");
        Cli.run("sync", one, "--relay", "ftp://nowhere", "--accept-relay")
                .mustFail(2)
                .saying("http or https");
        Cli.run("sync", one, "--relay", "http://127.0.0.1:1", "--accept-relay")
                .mustFail(1)
                .saying("http://127.0.0.1:1")
                .saying("nothing was changed");
        Cli.run("sync", folder.resolve("nobody"), "--accept-relay").mustFail(1).saying("init");
        relay.stop();
        Cli.run("sync", one, "--accept-relay")
                .mustFail(1)
                .saying("cannot be asked")
                .saying("nothing was changed");
        relay.start();
        syncAll();
        requireOneState(4);
        assertFalse(Files.exists(folder.resolve("nobody")));
    }

    @Test
    void approve_whatNamesNoDevice_isRefused() {
        Cli.run("approve", one, "nobody").mustFail(2).saying("'nobody'").saying("public key");
        Cli.ok("approve", one, "two");
        Cli.ok("approve", one, Cli.ok("status", three).text("device"));
    }
}
