package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.ExpectationFailedException;
import dev.tidelock.sync.model.RecordVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a transaction expects of a record, and what happens if it is not so. */
class ExpectationTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device a = space.device(1);
    private final TestSpace.Device b = space.device(2);

    @AfterEach
    void close() {
        space.close();
    }

    private RecordVersion version(String id) {
        return a.client.collection("notes").version(id);
    }

    private void putIf(String id, RecordVersion expected, String text) {
        a.client.transaction(tx -> {
            tx.expect("notes", id, expected);
            return tx.put("notes", id, JsonValue.of(text));
        });
    }

    @Test
    void expect_theVersionThatWasRead_goesOn() {
        putIf("1", RecordVersion.ABSENT, "one");
        RecordVersion read = version("1");
        putIf("1", read, "two");
        assertEquals("\"two\"", a.get("1"));
        assertNotEquals(read, version("1"));
    }

    @Test
    void expect_somethingElseSince_keepsNothingAndNamesTheRecord() {
        a.put("1", "one");
        RecordVersion read = version("1");
        a.put("1", "two");
        ExpectationFailedException failed =
                assertThrows(ExpectationFailedException.class, () -> putIf("1", read, "three"));
        assertEquals("1", failed.key().id());
        assertTrue(failed.getMessage().contains("read it again"), failed.getMessage());
        assertEquals("\"two\"", a.get("1"));
        assertEquals(2, a.client.status().pending());
    }

    @Test
    void expect_aChangeOfAnotherDeviceCounts() throws Exception {
        a.put("1", "one");
        TestSpace.syncAll(a, b);
        RecordVersion read = version("1");
        b.put("1", "one");
        TestSpace.syncAll(b, a);
        assertThrows(ExpectationFailedException.class, () -> putIf("1", read, "three"), "though the value is the same");
    }

    @Test
    void expectValue_comparesValues_alsoThoseOfThisTransaction() {
        a.client.transaction(tx -> {
            tx.expectValue("notes", "1", null);
            tx.put("notes", "1", JsonValue.of(1));
            tx.expectValue("notes", "1", JsonValue.of(1));
            return tx.version("notes", "1");
        });
        ExpectationFailedException failed = assertThrows(
                ExpectationFailedException.class,
                () -> a.client.transaction(tx -> {
                    tx.expectValue("notes", "1", JsonValue.of(2));
                    return null;
                }));
        assertTrue(failed.getMessage().contains("another value"), failed.getMessage());
    }
}
