package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.ExpectationFailedException;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.Undone;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The last local transaction is taken back, whole or not at all. */
class UndoTest {
    private final TestSpace space = new TestSpace();
    private final MemoryDisk disk = new MemoryDisk();
    private final TestSpace.Device a = space.device(1, disk, setUp -> setUp);
    private final TestSpace.Device b = space.device(2);

    @AfterEach
    void close() {
        space.close();
    }

    private void severalChanges(TestSpace.Device device) {
        device.client.transaction(tx -> {
            tx.put("notes", "1", JsonValue.of("changed"));
            tx.delete("notes", "2");
            tx.op("notes", "3", "add", JsonValue.of(5));
            return tx.op("notes", "3", "add", JsonValue.of(7));
        });
    }

    private static List<String> values(TestSpace.Device device) {
        return List.of(device.get("1"), device.get("2"), device.get("3"));
    }

    @Test
    void undo_makesEachRecordWhatItWas_everywhere_andUndoneTwiceItIsRedone() throws Exception {
        a.put("1", "was");
        a.put("2", "was too");
        severalChanges(a);
        TestSpace.syncAll(a, b);
        List<String> before = List.of("\"was\"", "\"was too\"", "absent");
        List<String> after = List.of("\"changed\"", "absent", "12");
        assertEquals(after, values(b));
        Undone undone = a.client.undo().orElseThrow();
        assertEquals(
                List.of(new RecordKey("notes", "1"), new RecordKey("notes", "2"), new RecordKey("notes", "3")),
                undone.records());
        assertEquals(before, values(a));
        TestSpace.syncAll(a, b);
        assertEquals(before, values(b));
        a.client.undo();
        assertEquals(after, values(a));
        a.client.undo();
        assertEquals(before, values(a));
        TestSpace.syncAll(a, b);
        assertEquals(a.client.stateHash(), b.client.stateHash());
    }

    @Test
    void undo_ofWhatSomebodyHasChanged_isRefusedAsAWhole() throws Exception {
        a.put("1", "was");
        severalChanges(a);
        TestSpace.syncAll(a, b);
        b.add("3", 1);
        TestSpace.syncAll(b, a);
        ExpectationFailedException refused = assertThrows(ExpectationFailedException.class, () -> a.client.undo());
        assertEquals(new RecordKey("notes", "3"), refused.key());
        assertEquals(List.of("\"changed\"", "absent", "13"), values(a));
    }

    @Test
    void undo_ofWhatSomebodyHasChangedAtTheSameTime_isRefused() throws Exception {
        a.put("1", "a");
        space.time.advance(Duration.ofSeconds(1));
        b.put("1", "b");
        TestSpace.syncAll(a, b);
        assertThrows(ExpectationFailedException.class, () -> a.client.undo());
        assertEquals("\"b\"", a.get("1"));
    }

    @Test
    void undo_whatOthersHaveNotSeenYet_mergesWithWhatTheyWrote() throws Exception {
        a.add("n", 1);
        TestSpace.syncAll(a, b);
        a.add("n", 10);
        b.add("n", 100);
        a.client.undo();
        TestSpace.syncAll(a, b);
        assertEquals("101", a.get("n"));
        assertEquals("101", b.get("n"));
    }

    @Test
    void undo_worksAfterARestart_andPassesOverWhatTheLibraryWrote() throws Exception {
        a.put("1", "was");
        a.put("1", "changed");
        a.client.close();
        TestSpace.Device again = space.device(
                1, disk, setUp -> setUp.collectionVersion("notes", 2).reducer("x", 2, (now, by) -> by));
        again.client.fence("notes", 2);
        assertEquals(4, again.store.read(reader -> reader.ownHead()).counter());
        again.client.undo();
        assertEquals("\"was\"", again.get("1"));
    }

    @Test
    void undo_whereNothingIs_saysSo() throws Exception {
        b.put("1", "of another device");
        TestSpace.syncAll(b, a);
        assertTrue(a.client.undo().isEmpty());
        assertEquals(0, a.store.read(reader -> reader.ownHead()).counter());
    }

    @Test
    void undo_ofAFormerIdentitysTransaction_isNotThere() throws Exception {
        a.put("1", "written under another identity");
        TestSpace.Device renewed = space.renewed(7, disk.copy());
        assertTrue(renewed.client.undo().isEmpty());
        renewed.put("1", "x");
        renewed.client.undo();
        assertEquals("\"written under another identity\"", renewed.get("1"));
    }
}
