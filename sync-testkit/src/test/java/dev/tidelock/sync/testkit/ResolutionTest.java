package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.Resolution;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What lost is settled once, and then is settled everywhere. */
class ResolutionTest {
    private final TestSpace space = new TestSpace();
    private TestSpace.Device a = space.device(1);
    private TestSpace.Device b = space.device(2);

    @AfterEach
    void close() {
        space.close();
    }

    private Conflict conflict() throws Exception {
        a.put("1", "of a");
        space.time.advance(Duration.ofSeconds(1));
        b.put("1", "of b");
        TestSpace.syncAll(a, b);
        assertEquals(1, a.client.conflicts().size());
        return a.client.conflicts().get(0);
    }

    private void assertSettledAs(String value) throws Exception {
        assertEquals(List.of(), a.client.conflicts());
        TestSpace.syncAll(a, b);
        assertEquals(List.of(), b.client.conflicts());
        assertEquals(value, a.get("1"));
        assertEquals(value, b.get("1"));
    }

    @Test
    void keepLocal_leavesTheRecordAsItIs() throws Exception {
        Conflict conflict = conflict();
        String now = a.get("1");
        a.client.resolve(conflict.id(), Resolution.keepLocal());
        assertSettledAs(now);
    }

    @Test
    void keepRemote_bringsBackWhatLost() throws Exception {
        Conflict conflict = conflict();
        a.client.resolve(conflict.id(), Resolution.keepRemote());
        assertSettledAs(conflict.value().toJson());
    }

    @Test
    void value_setsSomethingElse() throws Exception {
        a.client.resolve(conflict().id(), Resolution.value(JsonValue.of("both")));
        assertSettledAs("\"both\"");
    }

    @Test
    void keepRemote_ofAPatch_appliesIt() throws Exception {
        a.client.collection("notes").put("1", JsonValue.parse("{\"t\":\"old\",\"n\":1}"));
        TestSpace.syncAll(a, b);
        a.client.collection("notes").patch("1", JsonValue.parse("{\"t\":\"of a\"}"));
        b.client.collection("notes").patch("1", JsonValue.parse("{\"t\":\"of b\"}"));
        TestSpace.syncAll(a, b);
        Conflict conflict = a.client.conflicts().get(0);
        String lost = conflict.value().asObject().get("t").toJson();
        a.client.resolve(conflict.id(), Resolution.keepRemote());
        assertSettledAs("{\"n\":1,\"t\":" + lost + "}");
    }

    @Test
    void whatIsSettledAlready_isNotSettledAgain() throws Exception {
        Conflict conflict = conflict();
        a.client.resolve(conflict.id(), Resolution.keepLocal());
        assertThrows(NoSuchElementException.class, () -> a.client.resolve(conflict.id(), Resolution.keepLocal()));
    }

    @Test
    void manualStrategy_keepsTheFirstUntilSomebodyDecides() throws Exception {
        a = space.device(3, new MemoryDisk(), setUp -> setUp.strategy("notes", Strategy.manual()));
        b = space.device(4, new MemoryDisk(), setUp -> setUp.strategy("notes", Strategy.manual()));
        Conflict conflict = conflict();
        assertEquals("\"of a\"", b.get("1"));
        assertEquals("\"of b\"", conflict.value().toJson());
        a.client.resolve(conflict.id(), Resolution.keepRemote());
        assertSettledAs("\"of b\"");
    }

    @Test
    void fieldMerge_disjointChanges_leaveNoConflict() throws Exception {
        a = space.device(3, new MemoryDisk(), setUp -> setUp.strategy("notes", Strategy.fieldMerge()));
        b = space.device(4, new MemoryDisk(), setUp -> setUp.strategy("notes", Strategy.fieldMerge()));
        a.client.collection("notes").put("1", JsonValue.parse("{\"t\":1,\"n\":1}"));
        TestSpace.syncAll(a, b);
        a.client.collection("notes").put("1", JsonValue.parse("{\"t\":2,\"n\":1}"));
        b.client.collection("notes").put("1", JsonValue.parse("{\"t\":1,\"n\":2}"));
        TestSpace.syncAll(a, b);
        assertSettledAs("{\"n\":2,\"t\":2}");
    }
}
