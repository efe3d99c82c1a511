package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.PastVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a record was, and how it becomes that again. */
class HistoryTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device a = space.device(1);
    private final TestSpace.Device b = space.device(2);

    @AfterEach
    void close() {
        space.close();
    }

    private static List<String> values(TestSpace.Device device, String id) {
        List<String> values = new ArrayList<>();
        for (PastVersion version : device.client.collection("notes").history(id, 100)) {
            JsonValue value = version.value();
            values.add(value == null ? "removed" : value.toJson());
        }
        return values;
    }

    @Test
    void history_showsEveryVersion_newestFirst_onEveryDevice() throws Exception {
        a.put("1", "one");
        TestSpace.syncAll(a, b);
        space.time.advance(Duration.ofMinutes(1));
        b.put("1", "two");
        b.client.collection("notes").delete("1");
        b.add("1", 5);
        TestSpace.syncAll(b, a);
        List<String> expected = List.of("5", "removed", "\"two\"", "\"one\"");
        assertEquals(expected, values(a, "1"));
        assertEquals(expected, values(b, "1"));
        PastVersion first = a.client.collection("notes").history("1", 100).get(3);
        assertEquals(a.client.device(), first.change().device());
        assertEquals(Op.Kind.PUT, first.kind());
        assertEquals(2, a.client.collection("notes").history("1", 2).size());
        assertEquals(List.of(), values(a, "never"));
    }

    @Test
    void history_ofConcurrentChanges_showsEachAsItsAuthorSawIt() throws Exception {
        a.add("n", 1);
        TestSpace.syncAll(a, b);
        a.add("n", 10);
        space.time.advance(Duration.ofSeconds(1));
        b.add("n", 100);
        TestSpace.syncAll(a, b);
        assertEquals(List.of("101", "11", "1"), values(a, "n"));
        assertEquals("111", a.get("n"));
    }

    @Test
    void restore_isAChangeOfNow() throws Exception {
        a.put("1", "one");
        EventId first = a.client.collection("notes").history("1", 1).get(0).change();
        a.put("1", "two");
        a.client.collection("notes").restore("1", first);
        assertEquals(List.of("\"one\"", "\"two\"", "\"one\""), values(a, "1"));
        TestSpace.syncAll(a, b);
        assertEquals("\"one\"", b.get("1"));
    }

    @Test
    void restore_ofARemovedVersion_removes() {
        a.put("1", "one");
        EventId removed = a.client.collection("notes").delete("1");
        a.put("1", "again");
        a.client.collection("notes").restore("1", removed);
        assertEquals("absent", a.get("1"));
        assertNull(a.client.collection("notes").history("1", 1).get(0).value());
    }

    @Test
    void restore_ofAChangeOfAnotherRecord_isRefused() {
        EventId other = a.client.collection("notes").put("2", JsonValue.of(2));
        a.put("1", "one");
        assertThrows(
                NoSuchElementException.class, () -> a.client.collection("notes").restore("1", other));
        assertThrows(
                IllegalArgumentException.class,
                () -> a.client.collection("notes").history("1", 0));
    }
}
