package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.KeyProtector;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.sqlite.SqliteStore;
import dev.tidelock.sync.strategy.Strategy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdatesNeededTest {
    @TempDir
    Path folder;

    @Test
    void status_afterANewerAppHasWritten_saysWhatIsNewer() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            assertEquals("[]", Cli.ok("status", two).json().get("updatesNeeded").toJson());

            try (SyncClient app = newerApp(one, relay.url())) {
                app.collection("notes").put("1", "{\"a\":1}");
                app.fence("tasks", 3);
                app.sync();
            }
            Cli.run("sync", two).mustFail(1).saying("newer app").saying("tidelock status HOME");
            Cli.Result status = Cli.ok("status", two);
            assertEquals("holding", status.text("state"));
            assertEquals(
                    "[{\"kind\":\"strategy\",\"name\":\"notes\",\"needed\":2,\"own\":1},"
                            + "{\"kind\":\"fence\",\"name\":\"tasks\",\"needed\":3,\"own\":1}]",
                    status.json().get("updatesNeeded").toJson());
            String text = Cli.run("status", two).out();
            assertTrue(
                    text.contains("update needed strategy 'notes': version 2 is in use, this program has 1; what"),
                    text);
            assertTrue(text.contains("update needed fence 'tasks': version 3 is in use, this program has 1"), text);
            Cli.run("put", two, "tasks", "1", "1").mustFail(1).saying("tasks");
        }
    }

    private static SyncClient newerApp(Path home, String relayUrl) throws Exception {
        SpaceKeys keys = KeyFile.at(home.resolve("keys")).open(KeyProtector.unprotectedFilePermissionsOnly());
        HttpRelay relay = HttpRelay.at(relayUrl, System::currentTimeMillis)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt);
        return SyncClient.builder(SqliteStore.open(home.resolve("store.db")), relay.transport(), keys.sealer())
                .strategy("notes", Strategy.merging("joining", 2, (base, local, remote) -> remote.value()))
                .collectionVersion("tasks", 3)
                .open();
    }
}
