package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.sync.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
    @TempDir
    Path folder;

    @Test
    void run_changesElsewhere_arriveUntilItIsStoppedInOrder() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            try (CliProcess running = CliProcess.start("run", two.toString(), "--interval", "1s", "--json")) {
                awaitEvent(running, "running");
                Cli.ok("put", one, "notes", "n", "{\"title\":\"hello\"}");
                Cli.ok("sync", one);
                awaitEvent(running, "changed");
                CliProcess.Result stopped = running.stop();
                assertEquals(0, stopped.exit(), stopped::toString);
                assertEquals("", stopped.err());
            }
            assertEquals(
                    "{\"title\":\"hello\"}",
                    Cli.ok("get", two, "notes", "n").out().strip());
        }
    }

    /** The next sync is an hour away: what comes, comes by the line. */
    @Test
    void run_overAWebSocket_hearsOfChangesAtOnce() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            Cli.ok("init", one, "--relay", relay.url(), "--transport", "ws");
            try (Pairing pairing = Pairing.start(one, "--yes")) {
                Cli.ok("join", two, pairing.uri(), "--transport", "ws");
                pairing.finish();
            }
            try (CliProcess running = CliProcess.start("run", two.toString(), "--interval", "1h", "--json")) {
                awaitEvent(running, "running");
                for (int i = 0; i < 3; i++) {
                    Cli.ok("put", one, "notes", "n" + i, "1");
                    Cli.ok("sync", one);
                    awaitEvent(running, "changed");
                }
                relay.stop();
                relay.start();
                Cli.ok("put", one, "notes", "later", "1");
                Cli.ok("sync", one);
                awaitEvent(running, "changed");
                CliProcess.Result stopped = running.stop();
                assertEquals(0, stopped.exit(), stopped::toString);
                assertEquals("", stopped.err());
            }
            assertEquals(4, Cli.ok("ls", two).lines().size());
        }
    }

    @Test
    void otherCommands_besideARun_workOnTheSameHome() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            try (CliProcess running = CliProcess.start("run", two.toString(), "--interval", "1s", "--json")) {
                awaitEvent(running, "running");
                Cli.ok("put", two, "notes", "n", "\"beside\"");
                assertEquals(
                        "\"beside\"", Cli.ok("get", two, "notes", "n").out().strip());
                assertEquals(1, Cli.ok("ls", two).lines().size());
                Cli.ok("sync", two);
                assertEquals("synced", Cli.ok("status", two).text("state"));
                Cli.ok("sync", one);
                assertEquals(
                        "\"beside\"", Cli.ok("get", one, "notes", "n").out().strip());
                assertEquals(2, Cli.ok("devices", two).lines().size());
                Cli.run("init", two, "--relay", relay.url()).mustFail(1).saying("already");
                CliProcess.Result stopped = running.stop();
                assertEquals(0, stopped.exit(), stopped::toString);
                assertEquals("", stopped.err());
            }
        }
    }

    @Test
    void run_leaderKilled_anotherRunTakesOver() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            try (CliProcess leading = CliProcess.start("run", two.toString(), "--interval", "1s", "--json")) {
                awaitEvent(leading, "running");
                try (CliProcess following = CliProcess.start("run", two.toString(), "--interval", "1s", "--json")) {
                    awaitEvent(following, "running");
                    leading.kill();
                    Cli.ok("put", one, "notes", "n", "1");
                    Cli.ok("sync", one);
                    awaitEvent(following, "changed");
                }
            }
        }
    }

    private static void awaitEvent(CliProcess running, String event) throws Exception {
        JsonObject line = running.jsonLine();
        while (!line.get("event").asString().equals(event)) {
            line = running.jsonLine();
        }
    }

    @Test
    void relay_stopped_endsWithStatusZero() throws Exception {
        try (CliProcess relay = CliProcess.start(
                "relay", "--port", "0", "--data", folder.resolve("relay.db").toString())) {
            String listening = relay.line();
            assertEquals("listening on http://127.0.0.1:", listening.replaceAll("[0-9]+$", ""));
            CliProcess.Result stopped = relay.stop();
            assertEquals(0, stopped.exit(), stopped::toString);
            assertEquals("", stopped.err());
        }
    }
}
