package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.relation.Relation;
import dev.tidelock.sync.status.SyncListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stars go with the diff that they were given to, and echoes with the star that they answer. */
@Timeout(60)
class RelationTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device a = device(1);
    private final TestSpace.Device b = device(2);

    private TestSpace.Device device(int number) {
        return space.device(
                number,
                new MemoryDisk(),
                setUp -> setUp.relation(Relation.cascade("stars", "diff", "diffs"))
                        .relation(Relation.cascade("echoes", "star.id", "stars")));
    }

    @AfterEach
    void close() {
        space.close();
    }

    private static void put(TestSpace.Device device, String collection, String id, String json) {
        device.client.collection(collection).put(id, JsonValue.parse(json));
    }

    private static String ids(TestSpace.Device device, String collection) {
        List<String> ids = new ArrayList<>();
        device.client.collection(collection).forEach((id, value) -> ids.add(id));
        return String.join(" ", ids);
    }

    private void makeDiffWithStars() {
        put(a, "diffs", "d", "{}");
        put(a, "diffs", "other", "{}");
        put(a, "stars", "s1", "{\"diff\":\"d\"}");
        put(a, "stars", "s2", "{\"diff\":\"other\"}");
        put(a, "echoes", "e1", "{\"star\":{\"id\":\"s1\"}}");
    }

    @Test
    void ownerDeleted_itsRecordsGo_andComeBackWithIt() throws Exception {
        makeDiffWithStars();
        a.client.collection("diffs").delete("d");
        TestSpace.syncAll(a, b);
        for (TestSpace.Device device : List.of(a, b)) {
            assertEquals("s2", ids(device, "stars"));
            assertEquals("", ids(device, "echoes"));
            assertTrue(device.client.collection("stars").get("s1").isEmpty());
            assertEquals(1, device.client.collection("stars").count(Query.all()));
            assertEquals(
                    0,
                    device.client
                            .collection("stars")
                            .find(Query.matching(Condition.equal("diff", "d")))
                            .size());
            assertEquals(List.of("diffs", "stars"), device.client.collections());
        }
        assertEquals(a.client.stateHash(), b.client.stateHash());
        put(b, "diffs", "d", "{\"again\":true}");
        TestSpace.syncAll(a, b);
        assertEquals("s1 s2", ids(a, "stars"));
        assertEquals("e1", ids(a, "echoes"));
        assertEquals(a.client.stateHash(), b.client.stateHash());
    }

    @Test
    void starGivenByWhoHadNotSeenTheDelete_isHiddenEverywhere() throws Exception {
        makeDiffWithStars();
        TestSpace.syncAll(a, b);
        a.client.collection("diffs").delete("d");
        put(b, "stars", "s3", "{\"diff\":\"d\"}");
        TestSpace.syncAll(b, a);
        assertEquals("s2", ids(a, "stars"));
        assertEquals("s2", ids(b, "stars"));
    }

    @Test
    void ownerThatNobodyHasWritten_hidesNothing() {
        put(a, "stars", "early", "{\"diff\":\"to come\"}");
        put(a, "stars", "free", "{\"diff\":7}");
        assertEquals("early free", ids(a, "stars"));
        put(a, "diffs", "to come", "1");
        assertEquals("early free", ids(a, "stars"));
        a.client.collection("diffs").delete("to come");
        assertEquals("free", ids(a, "stars"));
    }

    @Test
    void transaction_seesWhatItHides() {
        makeDiffWithStars();
        a.client.transaction(tx -> {
            tx.delete("diffs", "d");
            assertTrue(tx.get("stars", "s1").isEmpty());
            assertEquals(1, tx.count("stars", Query.all()));
            tx.expectValue("stars", "s1", null);
            tx.put("diffs", "d", JsonValue.of(2));
            assertEquals(2, tx.count("stars", Query.all()));
            return null;
        });
        assertEquals("s1 s2", ids(a, "stars"));
    }

    @Test
    void listeners_hearOfWhatGoesWithARecord_hereAndElsewhere() throws Exception {
        makeDiffWithStars();
        TestSpace.syncAll(a, b);
        Set<RecordKey> toldA = listen(a);
        Set<RecordKey> toldB = listen(b);
        a.client.collection("diffs").put("d", JsonValue.of("edited"));
        assertEquals(Set.of(new RecordKey("diffs", "d")), toldA);
        a.client.collection("diffs").delete("d");
        TestSpace.syncAll(a, b);
        Set<RecordKey> expected =
                Set.of(new RecordKey("diffs", "d"), new RecordKey("stars", "s1"), new RecordKey("echoes", "e1"));
        assertEquals(expected, toldA);
        assertEquals(expected, toldB);
    }

    @Test
    void listeners_hearOfWhatGoesWithARecordThatHasAnotherOwner() {
        makeDiffWithStars();
        a.client.collection("diffs").delete("other");
        Set<RecordKey> told = listen(a);
        put(a, "stars", "s1", "{\"diff\":\"other\"}");
        assertEquals("", ids(a, "echoes"));
        assertEquals(Set.of(new RecordKey("stars", "s1"), new RecordKey("echoes", "e1")), told);
    }

    @Test
    void liveQuery_losesWhatGoesWithARecord_andGetsItBack() {
        makeDiffWithStars();
        List<String> shown = new ArrayList<>();
        a.client.collection("stars").observe(Query.all(), change -> {
            shown.clear();
            change.result().forEach(row -> shown.add(row.id()));
        });
        space.time.advance(Duration.ofSeconds(1));
        assertEquals(List.of("s1", "s2"), shown);
        a.client.collection("diffs").delete("d");
        space.time.advance(Duration.ofSeconds(1));
        assertEquals(List.of("s2"), shown);
        put(a, "diffs", "d", "{}");
        space.time.advance(Duration.ofSeconds(1));
        assertEquals(List.of("s1", "s2"), shown);
    }

    @Test
    void childrenAreFoundByAnIndex() {
        assertTrue(a.client
                .collection("stars")
                .explain(Query.matching(Condition.equal("diff", "d")))
                .toString()
                .contains("index"));
    }

    private static Set<RecordKey> listen(TestSpace.Device device) {
        Set<RecordKey> told = new HashSet<>();
        device.client.addListener(new SyncListener() {
            @Override
            public void onRecordsChanged(Set<RecordKey> keys) {
                told.addAll(keys);
            }
        });
        return told;
    }

    @Test
    void loopsAndLongRows_end() {
        TestSpace.Device loops =
                space.device(3, new MemoryDisk(), setUp -> setUp.relation(Relation.cascade("n", "up", "n")));
        put(loops, "n", "a", "{\"up\":\"b\"}");
        put(loops, "n", "b", "{\"up\":\"a\"}");
        put(loops, "n", "own", "{\"up\":\"own\"}");
        assertEquals("a b own", ids(loops, "n"));
        loops.client.collection("n").delete("b");
        assertEquals("own", ids(loops, "n"));
        String above = "own";
        for (int i = 0; i < 5_000; i++) {
            put(loops, "n", "row" + i, "{\"up\":\"" + above + "\"}");
            above = "row" + i;
        }
        loops.client.collection("n").delete("own");
        assertTrue(loops.client.collection("n").get("row0").isEmpty());
        assertTrue(loops.client.collection("n").get("row99").isEmpty());
        assertTrue(loops.client.collection("n").get("row4999").isPresent(), "beyond the depth that counts");
    }

    @Test
    void hiddenRecord_keepsItsHistory_andTakesWrites() throws Exception {
        makeDiffWithStars();
        a.client.collection("diffs").delete("d");
        a.client.collection("stars").patch("s1", JsonValue.parse("{\"more\":1}"));
        assertEquals(2, a.client.collection("stars").history("s1", 9).size());
        assertTrue(a.client.collection("stars").get("s1").isEmpty());
        put(a, "diffs", "d", "{}");
        assertEquals(
                "{\"diff\":\"d\",\"more\":1}",
                a.client.collection("stars").get("s1").orElseThrow().toJson());
    }

    @Test
    void appWithoutTheRelation_showsAll() throws Exception {
        TestSpace.Device plain = space.device(4);
        makeDiffWithStars();
        a.client.collection("diffs").delete("d");
        TestSpace.syncAll(a, plain);
        assertEquals("s1 s2", ids(plain, "stars"));
        assertNotEquals(a.client.stateHash(), plain.client.stateHash());
    }

    @Test
    void relation_namesThatCannotBe_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> Relation.cascade("", "diff", "diffs"));
        assertThrows(IllegalArgumentException.class, () -> Relation.cascade("stars", "no path[", "diffs"));
    }
}
