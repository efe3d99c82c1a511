package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an app asks a collection, and a transaction. */
class CollectionQueryTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device device = space.device(1);
    private final Collection notes = device.client.collection("notes");

    @BeforeEach
    void fill() {
        for (int i = 0; i < 10; i++) {
            notes.put("n" + i, note(i % 3, i % 2 == 0));
        }
        device.client.collection("others").put("n3", note(1, true));
    }

    @AfterEach
    void close() {
        space.close();
    }

    private static String note(int stars, boolean done) {
        return "{\"stars\":" + stars + ",\"done\":" + done + "}";
    }

    private static String ids(List<Found> found) {
        return found.stream().map(one -> one.id().substring(1)).collect(Collectors.joining());
    }

    private String ids(Query query) {
        assertEquals(notes.find(query).size(), notes.count(query));
        return ids(notes.find(query));
    }

    @Test
    void find_byConditionOrderOffsetAndLimit() {
        assertEquals("0123456789", ids(Query.all()));
        assertEquals("02468", ids(Query.matching(Condition.equal("done", true))));
        assertEquals("0369147258", ids(Query.all().orderBy("stars")));
        assertEquals("8527419630", ids(Query.all().orderByDescending("stars")));
        assertEquals("69", ids(Query.all().orderBy("stars").offset(2).limit(2)));
        assertEquals("3906174528", ids(Query.all().orderBy("stars").orderBy("done")));
        assertEquals("3", ids(Query.all().withIdPrefix("n3")));
        assertEquals("", ids(Query.all().limit(0)));
        assertEquals("", ids(Query.all().offset(10)));
        assertEquals("5678", ids(Query.all().offset(5).limit(4)));
        assertEquals(
                JsonValue.parse(note(0, true)),
                notes.find(Query.all().limit(1)).get(0).value());
    }

    @Test
    void find_withVisitor_showsTheSame() {
        List<String> seen = new ArrayList<>();
        notes.find(Query.matching(Condition.compare("stars", Comparison.GREATER, 1)), (id, value) -> seen.add(id));
        assertEquals(List.of("n2", "n5", "n8"), seen);
    }

    @Test
    void find_otherCollectionOrNone_findsNothingElse() {
        assertEquals(1, device.client.collection("others").count(Query.all()));
        assertEquals(0, device.client.collection("none").count(Query.all()));
    }

    @Test
    void find_withinATransaction_seesWhatItHasWritten() {
        device.client.transaction(tx -> {
            tx.delete("notes", "n0");
            tx.put("notes", "n1", JsonValue.parse(note(9, false)));
            tx.put("notes", "n55", JsonValue.parse(note(0, true)));
            tx.patch("notes", "n3", JsonValue.parse("{\"stars\":null}"));
            assertEquals("12345556789", ids(tx.find("notes", Query.all())));
            assertEquals("35569472581", ids(tx.find("notes", Query.all().orderBy("stars"))));
            assertEquals("45", ids(tx.find("notes", Query.all().offset(3).limit(2))));
            assertEquals(10, tx.count("notes", Query.all()));
            assertEquals(1, tx.count("notes", Query.matching(Condition.equal("stars", 9))));
            return tx;
        });
        assertEquals(10, notes.count(Query.all()));
    }

    @Test
    void find_moreThanOnePage_comesWholeAndInOrder() {
        device.client.transaction(tx -> {
            for (int i = 0; i < 300; i++) {
                tx.put("many", "m" + (1000 + i), JsonValue.of(i % 7));
            }
            return tx;
        });
        List<Found> found = device.client.collection("many").find(Query.all().orderBy("$"));
        assertEquals(300, found.size());
        for (int i = 1; i < found.size(); i++) {
            assertTrue(Query.all().orderBy("$").comparator().compare(found.get(i - 1), found.get(i)) < 0);
        }
    }
}
