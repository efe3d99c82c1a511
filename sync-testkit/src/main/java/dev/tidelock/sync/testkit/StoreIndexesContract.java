package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.deleted;
import static dev.tidelock.sync.testkit.StoreSamples.event;
import static dev.tidelock.sync.testkit.StoreSamples.key;
import static dev.tidelock.sync.testkit.StoreSamples.put;
import static dev.tidelock.sync.testkit.StoreSamples.stateOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.KeyRange;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Indexes and their entries. A part of {@link StoreContract}. */
abstract class StoreIndexesContract extends StoreRepairsContract {
    private static final Index TEXT = Index.on("text");
    private static final Index WORDS = Index.fullText("text");

    private long counter;

    private void set(StoreTransaction tx, String id, String text) {
        tx.setRecord(key(id), stateOf(put(OWN, ++counter, key(id), text)));
    }

    private void remove(StoreTransaction tx, String id) {
        tx.setRecord(key(id), deleted(event(OWN, ++counter, key(id), Op.delete())));
    }

    private void build(Index index, int recordsMax) {
        write(tx -> tx.addIndex("notes", index));
        boolean[] ready = {false};
        while (!ready[0]) {
            write(tx -> ready[0] = tx.buildIndex("notes", index, recordsMax));
        }
    }

    private static List<String> ids(StoreReader reader, Index index, KeyRange range, boolean descending) {
        List<String> ids = new ArrayList<>();
        reader.entries("notes", index, range, descending, (key, id, value) -> ids.add(id));
        return ids;
    }

    private List<String> ids(Index index) {
        return read(r -> ids(r, index, KeyRange.ALL, false));
    }

    private static KeyRange ofText(String text) {
        return KeyRange.beginningWith(new StoredIndex("notes", TEXT, true)
                .keysOf(StoreSamples.json(text))
                .get(0));
    }

    @Test
    void index_added_isListedAndReadyOnceBuilt() {
        assertEquals(List.of(), read(r -> r.indexes("notes")));
        write(tx -> {
            tx.addIndex("notes", TEXT);
            tx.addIndex("notes", TEXT);
            tx.addIndex("notes", WORDS);
            assertEquals(
                    List.of(new StoredIndex("notes", TEXT, false), new StoredIndex("notes", WORDS, false)),
                    tx.indexes("notes"));
        });
        write(tx -> assertTrue(tx.buildIndex("notes", TEXT, 10)));
        assertEquals(
                List.of(new StoredIndex("notes", TEXT, true), new StoredIndex("notes", WORDS, false)),
                read(r -> r.indexes("notes")));
        assertEquals(List.of(), read(r -> r.indexes("others")));
    }

    @Test
    void entries_areInTheOrderOfKeysThenIds() {
        build(TEXT, 10);
        write(tx -> {
            set(tx, "c", "one");
            set(tx, "a", "two");
            set(tx, "\ud83d\ude00", "one");
            set(tx, "\uffff", "one");
            set(tx, "b", "zero");
            tx.setRecord(new RecordKey("others", "x"), stateOf(put(OWN, ++counter, key("x"), "one")));
        });
        assertEquals(List.of("c", "\uffff", "\ud83d\ude00", "a", "b"), ids(TEXT));
        List<String> reversed = new ArrayList<>(ids(TEXT));
        Collections.reverse(reversed);
        assertEquals(reversed, read(r -> ids(r, TEXT, KeyRange.ALL, true)));
        assertEquals(List.of("a"), read(r -> ids(r, TEXT, ofText("two"), false)));
        assertEquals(List.of(), read(r -> ids(r, TEXT, ofText("tw"), false)));
        assertEquals(List.of(), read(r -> ids(r, WORDS, KeyRange.ALL, false)));
    }

    @Test
    void entries_giveTheKeyAndTheValue_untilTheVisitorHasEnough() {
        build(TEXT, 10);
        write(tx -> {
            for (int i = 0; i < 300; i++) {
                set(tx, "r" + (1000 + i), "t" + i % 7);
            }
        });
        StoredIndex index = read(r -> r.indexes("notes")).get(0);
        for (boolean descending : new boolean[] {false, true}) {
            List<String> seen = new ArrayList<>();
            read(r -> {
                r.entries("notes", TEXT, KeyRange.ALL, descending, (key, id, value) -> {
                    assertEquals(0, KeyRange.compare(key, index.keysOf(value).get(0)));
                    assertEquals(value, r.record(key(id)).value(), "the visitor may read");
                    seen.add(id);
                    return seen.size() < 200;
                });
                return true;
            });
            List<String> all = read(r -> ids(r, TEXT, KeyRange.ALL, descending));
            assertEquals(300, all.size());
            assertEquals(all.subList(0, 200), seen);
        }
    }

    @Test
    void setRecord_changesAndDeletes_keepTheEntriesCurrent() {
        build(TEXT, 10);
        build(WORDS, 10);
        write(tx -> set(tx, "a", "one two"));
        write(tx -> {
            set(tx, "b", "two two three");
            assertEquals(List.of("a", "b"), ids(tx, TEXT, KeyRange.ALL, false));
        });
        assertEquals(List.of("a", "b", "a", "b"), ids(WORDS));
        write(tx -> set(tx, "a", "zero"));
        assertEquals(List.of("b", "a"), ids(TEXT));
        assertEquals(List.of("b", "b", "a"), ids(WORDS));
        write(tx -> remove(tx, "b"));
        assertEquals(List.of("a"), ids(TEXT));
        assertEquals(List.of("a"), ids(WORDS));
    }

    @Test
    void transaction_thatIsUndone_leavesIndexesAsTheyWere() {
        write(tx -> set(tx, "a", "one"));
        undo(tx -> tx.addIndex("notes", TEXT));
        assertEquals(List.of(), read(r -> r.indexes("notes")));
        build(TEXT, 10);
        undo(tx -> {
            set(tx, "a", "two");
            set(tx, "b", "one");
        });
        undo(tx -> assertTrue(tx.removeIndex("notes", TEXT, 100)));
        assertEquals(List.of("a"), ids(TEXT));
        assertEquals(List.of("a"), read(r -> ids(r, TEXT, ofText("one"), false)));
        assertEquals(List.of(new StoredIndex("notes", TEXT, true)), read(r -> r.indexes("notes")));
    }

    @Test
    void buildIndex_inSteps_withChangesInBetween_missesNothing() {
        write(tx -> {
            for (int i = 0; i < 250; i++) {
                set(tx, "r" + (1000 + i), "t" + i % 7);
            }
        });
        write(tx -> tx.addIndex("notes", TEXT));
        write(tx -> assertFalse(tx.buildIndex("notes", TEXT, 100)));
        write(tx -> {
            set(tx, "r1000", "zz");
            set(tx, "r1240", "aa");
            set(tx, "q", "bb");
            remove(tx, "r1001");
            remove(tx, "r1241");
        });
        write(tx -> assertFalse(tx.buildIndex("notes", TEXT, 100)));
        undo(tx -> tx.buildIndex("notes", TEXT, 100));
        store.close();
        Store again = reopen(store);
        assumeTrue(again != null, "this store keeps nothing beyond its close");
        store = present(again);
        build(TEXT, 100);
        List<String> ids = ids(TEXT);
        assertEquals(249, ids.size());
        assertEquals(List.of("r1240", "q"), ids.subList(0, 2));
        assertEquals("r1000", ids.get(248));
        assertTrue(read(r -> r.indexes("notes")).get(0).ready());
    }

    @Test
    void removeIndex_inSteps_isNotReadyMeanwhile_andCanBeAddedAgain() {
        build(TEXT, 10);
        build(WORDS, 10);
        write(tx -> {
            for (int i = 0; i < 25; i++) {
                set(tx, "r" + (1000 + i), "t" + i);
            }
        });
        write(tx -> assertFalse(tx.removeIndex("notes", TEXT, 10)));
        assertEquals(List.of(false, true), ready());
        write(tx -> set(tx, "s", "t")); // other entries than those that are left are kept up
        build(TEXT, 10);
        assertEquals(26, ids(TEXT).size());
        boolean gone = false;
        for (int i = 0; i < 5 && !gone; i++) {
            gone = store.write(tx -> tx.removeIndex("notes", TEXT, 10));
        }
        assertTrue(gone);
        assertEquals(List.of(true), ready());
        assertEquals(List.of(), ids(TEXT));
        assertEquals(26, ids(WORDS).size());
        write(tx -> assertTrue(tx.removeIndex("notes", TEXT, 10) && tx.buildIndex("notes", TEXT, 10)));
    }

    private List<Boolean> ready() {
        List<Boolean> ready = new ArrayList<>();
        read(r -> r.indexes("notes")).forEach(index -> ready.add(index.ready()));
        return ready;
    }

    @Test
    void setRecord_throughAStoreThatDidNotAddTheIndex_keepsItCurrent() {
        Store second = openBeside(store);
        assumeTrue(second != null, "this store serves one user only");
        Store other = present(second);
        other.write(tx -> {
            set(tx, "a", "one");
            return true;
        });
        build(TEXT, 10);
        other.write(tx -> {
            set(tx, "b", "zero");
            set(tx, "a", "two");
            return true;
        });
        assertEquals(List.of("a", "b"), ids(TEXT));
        write(tx -> tx.removeIndex("notes", TEXT, 100));
        other.write(tx -> {
            set(tx, "c", "zero");
            return true;
        });
        build(TEXT, 10);
        assertEquals(List.of("a", "b", "c"), other.read(r -> ids(r, TEXT, KeyRange.ALL, false)));
        other.close();
    }

    @Test
    void records_byBeginningOfTheId_areShownUntilTheVisitorHasEnough() {
        write(tx -> {
            set(tx, "a1", "x");
            set(tx, "b", "x");
            for (int i = 0; i < 100; i++) {
                set(tx, "a2" + (char) ('a' + i), "x");
            }
            set(tx, "a3", "x");
            remove(tx, "a2a");
        });
        List<String> ids = new ArrayList<>();
        read(r -> {
            r.records("notes", "a2", (key, value) -> ids.add(key.id()));
            return true;
        });
        assertEquals(99, ids.size());
        assertEquals("a2b", ids.get(0));
        ids.clear();
        read(r -> {
            r.records("notes", "", (key, value) -> ids.add(key.id()) && ids.size() < 2);
            r.records("none", "", (key, value) -> ids.add(key.id()));
            return true;
        });
        assertEquals(List.of("a1", "a2b"), ids);
    }
}
