package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.examples.fakes.MotebitPlace;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.testkit.MemoryStore;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the guide shows is what its programs do, at a relay. */
class MotebitGuideTest {
    @Test
    void programs_ofTheGuide_areThoseThatAreTested() throws Exception {
        assertEquals(Programs.ofClass(MotebitGuide.class), Programs.ofText("docs/motebit.md"));
    }

    @Test
    void twoDevices_whatOneWrites_theOtherIsToldOf() throws Exception {
        SpaceKeys keys = SpaceKeys.createSpace();
        try (MotebitPlace server = new MotebitPlace();
                SyncClient laptop = MotebitGuide.open(server.url(), new MemoryStore(), keys);
                SyncClient phone =
                        MotebitGuide.open(server.url(), new MemoryStore(), MotebitGuide.pair(server.url(), keys))) {
            CompletableFuture<Set<RecordKey>> shown = new CompletableFuture<>();
            phone.addListener(new SyncListener() {
                @Override
                public void onRecordsChanged(Set<RecordKey> records) {
                    shown.complete(records);
                }
            });
            laptop.collection("notes").put("first", JsonValue.of("Hello"));
            assertEquals(1, shown.get(30, TimeUnit.SECONDS).size());
            assertEquals(
                    "\"Hello\"",
                    phone.collection("notes").get("first").orElseThrow().toJson());
        }
    }
}
