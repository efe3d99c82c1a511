package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.sync.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {
    @TempDir
    Path folder;

    @Test
    void watch_besideOtherProcesses_printsWhatTheyWriteAndReceive() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            Cli.ok("put", two, "notes", "old", "1");
            try (CliProcess watching = CliProcess.start("watch", two.toString(), "notes", "--all", "--json")) {
                assertEquals("old", watching.jsonLine().get("id").asString());
                Cli.ok("put", two, "notes", "own", "{\"a\":1}");
                JsonObject own = watching.jsonLine();
                assertEquals(
                        List.of("at", "deleted", "device", "id", "value"),
                        List.copyOf(own.members().keySet()));
                assertEquals("{\"a\":1}", own.get("value").toJson());
                assertEquals("false", own.get("deleted").toJson());
                assertTrue(own.get("at").asString().endsWith("Z"));
                Cli.ok("put", one, "notes", "other", "2");
                Cli.ok("put", one, "else", "where", "2");
                Cli.ok("sync", one);
                Cli.ok("sync", two);
                JsonObject received = watching.jsonLine();
                assertEquals("other", received.get("id").asString());
                assertNotEquals(own.get("device"), received.get("device"));
                Cli.ok("rm", two, "notes", "old");
                JsonObject gone = watching.jsonLine();
                assertEquals("old", gone.get("id").asString());
                assertEquals("null", gone.get("value").toJson());
                assertEquals("true", gone.get("deleted").toJson());
                CliProcess.Result stopped = watching.stop();
                assertEquals(0, stopped.exit(), stopped::toString);
                assertEquals(List.of(), stopped.lines());
                assertEquals("", stopped.err());
            }
        }
    }

    @Test
    void watch_withACondition_printsWhatComesUnderItAndWhatLeavesIt() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            Cli.ok("put", one, "notes", "a", "{\"n\":5}");
            Cli.ok("put", one, "notes", "b", "{\"n\":1}");
            try (CliProcess watching =
                    CliProcess.start("watch", one.toString(), "notes", "--all", "--where", "n>3", "--json")) {
                assertEquals("a", watching.jsonLine().get("id").asString());
                Cli.ok("put", one, "notes", "b", "{\"n\":2}");
                Cli.ok("put", one, "notes", "a", "{\"n\":0}");
                JsonObject left = watching.jsonLine();
                assertEquals("a", left.get("id").asString());
                assertEquals("false", left.get("deleted").toJson());
                assertEquals("{\"n\":0}", left.get("value").toJson());
                assertEquals(0, watching.stop().exit());
            }
        }
        Cli.run("watch", one, "notes", "--where", "n").mustFail(2).saying("compares nothing");
    }
}
