package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an app declares, and what becomes of its queries. */
class DeclaredIndexesTest {
    private static final Index STARS = Index.on("stars");
    private static final Index DUE = Index.on("done", "due");
    private static final Index TEXT = Index.fullText("title", "tags");

    private final TestSpace space = new TestSpace();
    private final MemoryDisk disk = new MemoryDisk();
    private int lives;

    @AfterEach
    void close() {
        space.close();
    }

    private SyncClient open(UnaryOperator<SyncClientBuilder> setUp) {
        return space.device(TestSealer.of(TestSpace.SPACE, 1), ++lives, disk, through -> through, setUp).client;
    }

    private static void fill(SyncClient client, int count) {
        for (int from = 0; from < count; from += 5000) {
            int first = from;
            client.transaction(tx -> {
                for (int i = first; i < Math.min(count, first + 5000); i++) {
                    tx.put(
                            "notes",
                            "n" + i,
                            JsonValue.parse("{\"stars\":" + i % 5 + ",\"done\":" + (i % 2 == 0) + ",\"due\":" + i
                                    + ",\"title\":\"Note " + i + "\"}"));
                }
                return tx;
            });
        }
    }

    private static List<Index> kept(SyncClient client, MemoryDisk disk) {
        assertTrue(client.collections().size() <= 2);
        List<Index> kept = new ArrayList<>();
        for (StoredIndex index : new MemoryStore(disk).read(reader -> reader.indexes("notes"))) {
            assertTrue(index.ready());
            kept.add(index.index());
        }
        return kept;
    }

    @Test
    void open_declaredIndexes_areBuiltBeforeItReturns() {
        fill(open(setUp -> setUp), 5100);
        SyncClient client =
                open(setUp -> setUp.index("notes", STARS).index("notes", DUE).index("notes", STARS));
        assertEquals(List.of(STARS, DUE), kept(client, disk));
        Query query = Query.matching(Condition.equal("stars", 3));
        assertEquals(1020, client.collection("notes").count(query));
        assertEquals(
                List.of("index on stars: stars = 3", "filter: stars = 3"),
                client.collection("notes").explain(query));
    }

    @Test
    void open_otherIndexesDeclared_thoseNotAmongThemGo() {
        fill(open(setUp -> setUp.index("notes", STARS).index("others", STARS)), 50);
        assertEquals(List.of(STARS), kept(open(setUp -> setUp), disk));
        assertEquals(
                List.of(DUE, TEXT), kept(open(setUp -> setUp.index("notes", DUE).index("notes", TEXT)), disk));
        assertEquals(List.of(), kept(open(setUp -> setUp.noOtherIndexes("notes")), disk));
        assertEquals(
                1,
                new MemoryStore(disk).read(reader -> reader.indexes("others")).size());
    }

    @Test
    void index_tooManyOrBad_isRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> open(setUp -> {
                    for (int i = 0; i <= SyncClientBuilder.INDEXES_MAX; i++) {
                        setUp.index("notes", Index.on("m" + i));
                    }
                    return setUp;
                }));
        assertThrows(IllegalArgumentException.class, () -> Index.on());
        assertThrows(IllegalArgumentException.class, () -> Index.on("a", "a"));
        assertThrows(IllegalArgumentException.class, () -> Index.fullText("a b"));
        assertThrows(IllegalArgumentException.class, () -> open(setUp -> setUp.index("", STARS)));
    }

    @Test
    void explain_saysTheIndexTheFilterAndTheSorting() {
        SyncClient client =
                open(setUp -> setUp.index("notes", STARS).index("notes", DUE).index("notes", TEXT));
        Condition open = Condition.equal("done", false);
        Condition due = Condition.compare("due", Comparison.LESS, 100);
        requireSteps(client, Query.all(), "scan: every record of the collection");
        requireSteps(client, Query.all().withIdPrefix("x"), "scan: the records whose id begins with 'x'");
        requireSteps(
                client,
                Query.matching(open).orderBy("due").limit(5),
                "index on done, due: done = false, in the order of the query",
                "filter: done = false");
        requireSteps(
                client,
                Query.matching(Condition.and(open, due)).orderByDescending("due"),
                "index on done, due: done = false and due < 100, in the order of the query",
                "filter: done = false and due < 100");
        requireSteps(
                client,
                Query.matching(Condition.and(open, due)),
                "index on done, due: done = false and due < 100",
                "filter: done = false and due < 100",
                "sort: by id");
        requireSteps(
                client, Query.all().orderByDescending("stars"), "index on stars: all of it, in the order of the query");
        requireSteps(client, Query.all().orderBy("due"), "scan: every record of the collection", "sort: by due");
        requireSteps(
                client,
                Query.matching(Condition.matches("No* seventeen", "title")),
                "full text of title, tags: the word 'seventeen' of [title] matches \"No* seventeen\"",
                "filter: [title] matches \"No* seventeen\"",
                "sort: by id");
        requireSteps(
                client,
                Query.matching(Condition.or(Condition.equal("stars", 1), Condition.equal("stars", 2))),
                "index on stars: stars in [1, 2]",
                "filter: stars = 1 or stars = 2",
                "sort: by id");
    }

    private static void requireSteps(SyncClient client, Query query, String... steps) {
        assertEquals(List.of(steps), client.collection("notes").explain(query));
    }

    @Test
    void explain_indexThatIsNotBuilt_saysSo() {
        SyncClient client = open(setUp -> setUp);
        fill(client, 20);
        new MemoryStore(disk).write(tx -> {
            tx.addIndex("notes", STARS);
            return tx.buildIndex("notes", STARS, 10);
        });
        Query query = Query.matching(Condition.equal("stars", 3));
        assertEquals(
                List.of(
                        "scan: every record of the collection",
                        "not used, as it is not built yet: index on stars",
                        "filter: stars = 3"),
                client.collection("notes").explain(query));
        assertEquals(4, client.collection("notes").count(query));
        assertEquals(List.of(STARS), kept(open(setUp -> setUp.index("notes", STARS)), disk));
    }

    @Test
    void fullText_recordWithVeryManyWords_isFoundByAnyOfThem() {
        SyncClient client = open(setUp -> setUp.index("notes", TEXT));
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 10_050; i++) {
            words.append('w').append(i).append(' ');
        }
        client.collection("notes").put("long", JsonValue.object(Map.of("title", JsonValue.of(words.toString()))));
        client.collection("notes").put("short", "{\"title\":\"w10049 and w7\"}");
        Query query = Query.matching(Condition.matches("w10049", "title"));
        assertEquals(
                "full text of title, tags",
                client.collection("notes").explain(query).get(0).split(":", 2)[0]);
        assertEquals(2, client.collection("notes").count(query));
        assertEquals(2, client.collection("notes").count(Query.matching(Condition.matches("w1004* w7", "title"))));
        client.collection("notes").put("long", "{\"title\":\"few\"}");
        assertEquals(1, client.collection("notes").count(query));
    }

    @Test
    void pull_changesOfAnotherDevice_areFoundByTheIndex() throws Exception {
        SyncClient here = open(setUp -> setUp.index("notes", STARS));
        TestSpace.Device there = space.device(2);
        fill(there.client, 30);
        there.sync();
        there.client.collection("notes").patch("n3", "{\"stars\":0}");
        there.client.collection("notes").delete("n8");
        there.sync();
        var done = here.syncAsync();
        space.time.runDue();
        done.get();
        assertEquals(4, here.collection("notes").count(Query.matching(Condition.equal("stars", 3))));
    }
}
