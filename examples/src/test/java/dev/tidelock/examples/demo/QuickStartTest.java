package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.examples.relay.RelayServer;
import dev.tidelock.examples.relay.RelaySettings;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.PassphraseProtector;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickStartTest {
    @TempDir
    Path folder;

    @Test
    void programs_runInTurn_bringTheNoteToASecondDevice() throws Exception {
        try (RelayServer server = RelayServer.start(RelaySettings.of(folder.resolve("relay.db")))) {
            SpaceKeys keys = QuickStart.firstDevice(server.url(), folder);
            QuickStart.keepKeys(keys, folder, "a passphrase".toCharArray());
            assertEquals(
                    keys,
                    KeyFile.at(folder.resolve("keys"))
                            .open(PassphraseProtector.takeOver("a passphrase".toCharArray())));
            SpaceKeys phoneKeys = pair(server.url(), keys);
            try (HttpRelay relay = relay(server.url(), phoneKeys);
                    SyncClient phone = SyncClient.builder(
                                    SqliteStore.open(folder.resolve("phone.db")), relay.transport(), phoneKeys.sealer())
                            .open()) {
                phone.sync();
                QuickStart.typed(phone);
                assertEquals(
                        "{\"done\":true,\"title\":\"Hello again\"}",
                        phone.collection("notes").get("second").orElseThrow().toJson());
                assertEquals(
                        "{\"title\":\"Hello\"}",
                        phone.collection("notes").get("first").orElseThrow().toJson());
            }
        }
    }

    private static SpaceKeys pair(String url, SpaceKeys keys) throws Exception {
        BlockingQueue<String> screen = new LinkedBlockingQueue<>();
        try (HttpRelay relay = relay(url, keys)) {
            CompletableFuture<SpaceKeys> joined = CompletableFuture.supplyAsync(() -> {
                try {
                    return QuickStart.join(screen.take());
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
            });
            QuickStart.invite(relay, keys, url, screen::add);
            return joined.get();
        }
    }

    private static HttpRelay relay(String url, SpaceKeys keys) {
        return HttpRelay.at(url, System::currentTimeMillis)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt);
    }
}
