package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.CollectionFencedException;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.status.UpdateNeeded;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A newer app stops older ones from writing to a collection, and nothing that they had written is lost. */
class FenceTest {
    private final TestSpace space = new TestSpace();
    private final MemoryDisk oldDisk = new MemoryDisk();
    private final TestSpace.Device old = space.device(1, oldDisk, setUp -> setUp);
    private final TestSpace.Device fresh =
            space.device(2, new MemoryDisk(), setUp -> setUp.collectionVersion("notes", 3));

    @AfterEach
    void close() {
        space.close();
    }

    private void fence(int version) throws Exception {
        fresh.client.fence("notes", version);
        fresh.sync();
        old.sync();
    }

    @Test
    void fence_refusesChangesOfAnOlderApp_andNothingElse() throws Exception {
        old.put("1", "before");
        fence(2);
        CollectionFencedException refused = assertThrows(CollectionFencedException.class, () -> old.put("1", "after"));
        assertEquals("notes", refused.collection());
        assertEquals(2, refused.needed());
        assertEquals(1, refused.own());
        assertTrue(String.valueOf(refused.getMessage()).contains("update the app"));
        assertThrows(CollectionFencedException.class, () -> old.add("2", 1));
        assertThrows(
                CollectionFencedException.class,
                () -> old.client.transaction(tx -> {
                    tx.put("other", "1", JsonValue.of("goes with it"));
                    return tx.delete("notes", "1");
                }));
        assertTrue(old.client.collection("other").get("1").isEmpty());
        old.client.collection("other").put("1", JsonValue.of("goes on"));
        fresh.put("2", "comes in");
        TestSpace.syncAll(fresh, old);
        assertEquals("\"comes in\"", old.get("2"));
        assertEquals("\"before\"", old.get("1"));
        SyncStatus status = old.client.status();
        assertEquals(SyncStatus.State.SYNCED, status.state());
        assertEquals(List.of(new UpdateNeeded(UpdateNeeded.Kind.FENCE, "notes", 2, 1)), status.updatesNeeded());
        assertEquals(List.of(), fresh.client.status().updatesNeeded());
    }

    @Test
    void whatWasWrittenBeforeTheFenceWasSeen_isSentAndCounts() throws Exception {
        fresh.client.fence("notes", 2);
        fresh.sync();
        old.put("1", "had not seen it");
        old.sync();
        assertThrows(CollectionFencedException.class, () -> old.put("1", "has seen it"));
        TestSpace.syncAll(fresh, old);
        assertEquals("\"had not seen it\"", fresh.get("1"));
        assertEquals(fresh.client.stateHash(), old.client.stateHash());
    }

    @Test
    void fence_neverGoesDown_andAnUpdateLiftsIt() throws Exception {
        fence(3);
        fence(2);
        assertEquals(
                3,
                assertThrows(CollectionFencedException.class, () -> old.put("1", "x"))
                        .needed());
        old.client.close();
        TestSpace.Device updated = space.device(1, oldDisk, setUp -> setUp.collectionVersion("notes", 3));
        updated.put("1", "updated");
        TestSpace.syncAll(updated, fresh);
        assertEquals("\"updated\"", fresh.get("1"));
    }

    @Test
    void fence_aboveWhatTheAppWritesItself_isRefused() {
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class, () -> fresh.client.fence("notes", 4))
                        .getMessage())
                .contains("collectionVersion"));
        assertThrows(IllegalArgumentException.class, () -> old.client.fence("notes", 2));
        assertThrows(IllegalArgumentException.class, () -> fresh.client.fence("notes", 0));
        assertThrows(IllegalArgumentException.class, () -> fresh.client.fence("", 1));
    }

    @Test
    void fence_ofADeviceWhoseIdentityIsGivenUp_stands() throws Exception {
        fresh.client.fence("notes", 2);
        TestSpace.Device renewed = space.device(
                7, fresh.disk.copy(), setUp -> setUp.renewIdentity().collectionVersion("notes", 3));
        TestSpace.syncAll(renewed, old);
        assertThrows(CollectionFencedException.class, () -> old.put("1", "x"));
    }
}
