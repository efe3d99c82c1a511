package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.examples.relay.RelayServer;
import dev.tidelock.examples.relay.RelaySettings;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.ws.WsRelay;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveSyncGuideTest {
    @TempDir
    Path folder;

    @Test
    void program_isTheOneThatIsTested() throws Exception {
        assertEquals(Programs.ofClass(LiveSyncGuide.class), Programs.ofText("docs/live.md"));
    }

    @Test
    void twoDevices_hearOfEachOther() throws Exception {
        SpaceKeys one = SpaceKeys.createSpace();
        SpaceKeys two = SpaceKeys.of(one.ring(), DeviceIdentity.generate());
        try (RelayServer server = RelayServer.start(RelaySettings.of(folder.resolve("relay.db")))) {
            try (WsRelay relay =
                    WsRelay.at(server.url()).open(one.space(), one.identity().publicKey(), one::tokenAt)) {
                relay.registrar().createSpace();
                relay.registrar().admit(two.identity().publicKey());
            }
            CompletableFuture<Set<RecordKey>> heard = new CompletableFuture<>();
            try (SyncClient writer = LiveSyncGuide.run(server.url(), one, new MemoryStore());
                    SyncClient reader = LiveSyncGuide.run(server.url(), two, new MemoryStore())) {
                reader.addListener(new SyncListener() {
                    @Override
                    public void onRecordsChanged(Set<RecordKey> keys) {
                        heard.complete(keys);
                    }
                });
                writer.collection("notes").put("n", "1");
                assertEquals(Set.of(new RecordKey("notes", "n")), heard.get(30, TimeUnit.SECONDS));
            }
        }
    }
}
