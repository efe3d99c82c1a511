package dev.tidelock.sync.internal.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SortingTest {
    private static final int RECORDS = 2 * Sorting.HELD_MAX + 1000;

    private int passes;

    private void candidates(Sink sink) {
        passes++;
        for (int i = 0; i < RECORDS; i++) {
            sink.accept("id" + i, value("id" + i));
        }
    }

    private static JsonValue value(String id) {
        return JsonValue.object(Map.of("n", JsonValue.of(Integer.parseInt(id.substring(2)) / 3)));
    }

    private List<String> sorted(Query query) {
        List<String> ids = new ArrayList<>();
        Window window = new Window(query.offset(), query.limit(), (id, value) -> ids.add(id));
        new Sorting(query, this::candidates, SortingTest::value).run(window);
        return ids;
    }

    @Test
    void run_moreThanCanBeHeld_comesInOrderAndWhole() {
        List<String> ids = sorted(Query.all().orderByDescending("n"));
        assertEquals(RECORDS, ids.size());
        assertEquals(3, passes);
        List<String> expected = new ArrayList<>(ids);
        Query query = Query.all().orderByDescending("n");
        expected.sort((a, b) -> query.sortKey(a, value(a)).compareTo(query.sortKey(b, value(b))));
        assertEquals(expected, ids);
    }

    @Test
    void run_limitAndOffset_goesOverTheCandidatesOnce() {
        assertEquals(
                List.of("id4", "id5"), sorted(Query.all().orderBy("n").offset(4).limit(2)));
        assertEquals(1, passes);
    }
}
