package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two devices that sync over a line, without a relay. */
class LinkSyncTest {
    private final LinkWorld world = new LinkWorld(1);
    private final LinkWorld.Device one = world.one;
    private final LinkWorld.Device other = world.other;

    @AfterEach
    void close() {
        world.close();
    }

    private void assertSame() {
        assertEquals(one.client.stateHash(), other.client.stateHash());
        for (LinkWorld.Device device : world.devices()) {
            SyncStatus status = device.client.status();
            assertEquals(List.of(), device.openIncidents());
            assertEquals(List.of(), device.client.quarantine());
            assertEquals(0, status.pending() + status.passingOn());
        }
    }

    @Test
    void sync_bothWrote_exchangesEverything() throws Exception {
        one.put("a", "from one");
        other.put("b", "from other");
        one.sync();
        assertEquals("\"from one\"", other.get("a"), "what was pushed is there at once");
        other.sync();
        assertEquals("\"from other\"", one.get("b"));
        world.syncBoth(1);
        assertSame();
        assertEquals(SyncStatus.State.SYNCED, one.client.status().state());
        long frames = world.line.frames();
        world.syncBoth(1);
        assertEquals(4, world.line.frames() - frames, "a sync with nothing to do is one question");
    }

    @Test
    void sync_nobodyThere_isOfflineAndSaysSo() throws Exception {
        world.line.cut();
        one.put("a", "kept");
        SyncException offline = assertThrows(SyncException.class, one::sync);
        assertEquals(BlockedBy.OFFLINE, offline.blockedBy());
        assertTrue(offline.getMessage().contains("not connected"), offline.getMessage());
        assertEquals(SyncStatus.State.OFFLINE, one.client.status().state());
        assertEquals(1, one.client.status().pending());
        world.line.mend();
        world.syncBoth(2);
        assertEquals("\"kept\"", other.get("a"));
        assertSame();
    }

    @Test
    void sync_everythingIsLost_isOfflineAfterSomeTries() {
        one.put("a", "kept");
        world.line.setFaults(1, 0, 0, Duration.ZERO);
        SyncException offline = assertThrows(SyncException.class, one::sync);
        assertEquals(BlockedBy.OFFLINE, offline.blockedBy());
        assertEquals(5, world.line.frames());
    }

    @Test
    void sync_longHistory_comesInBoundedMessages() throws Exception {
        String text = "x".repeat(20_000);
        for (int i = 0; i < 60; i++) {
            one.put("note-" + i, text + i);
        }
        one.sync();
        other.sync();
        assertSame();
        assertEquals("\"" + text + "59\"", other.get("note-59"));
    }

    @Test
    void sync_anotherDeviceTakesThePeersPlace_isMadeWholeAndNothingIsAsked() throws Exception {
        one.put("a", "from one");
        other.put("b", "from other");
        world.syncBoth(2);
        other.replace(8);
        other.put("c", "from a third");
        world.syncBoth(2);
        assertEquals("\"from a third\"", one.get("c"));
        assertEquals("\"from other\"", other.get("b"));
        assertSame();
    }

    @Test
    void sync_ownAndOldFramesComeBack_changeNothing() throws Exception {
        one.put("a", "from one");
        world.syncBoth(1);
        for (int i = 0; i < 5; i++) {
            world.line.playBack(0);
            world.line.playBack(1);
            world.time.runDue();
            one.add("n", 1);
            other.add("n", 1);
            world.syncBoth(1);
        }
        world.syncBoth(1);
        assertEquals("10", one.get("n"));
        assertSame();
    }

    @Test
    void sync_copiedDevice_isNoticedAndSettled() throws Exception {
        one.put("a", "from one");
        world.syncBoth(2);
        MemoryDisk copy = one.disk.copy();
        one.put("a", "first branch");
        world.syncBoth(2);
        one.restore(copy);
        one.put("b", "second branch");
        SyncException forked = assertThrows(SyncException.class, () -> world.syncBoth(3));
        assertEquals(BlockedBy.FORKED, forked.blockedBy());
        one.renew(9);
        world.syncBoth(4);
        assertEquals("\"second branch\"", other.get("b"));
        assertEquals("\"first branch\"", one.get("a"));
        assertSame();
    }

    @Test
    void push_ofAMassDelete_waitsUntilSomebodyHasLooked() throws Exception {
        for (int i = 0; i < 200; i++) {
            one.put("note-" + i, "kept");
        }
        world.syncBoth(2);
        for (int i = 0; i < 200; i++) {
            other.client.collection("notes").delete("note-" + i);
        }
        other.sync();
        assertEquals("\"kept\"", one.get("note-7"), "it was brought, and not let in");
        assertEquals(SyncStatus.State.ATTENTION, one.client.status().state());
        one.client.quarantine().forEach(item -> one.client.retryQuarantined(item.id()));
        assertEquals("absent", one.get("note-7"));
        world.syncBoth(1);
        assertSame();
    }
}
