package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.SPACE;
import static dev.tidelock.sync.testkit.StoreSamples.conflict;
import static dev.tidelock.sync.testkit.StoreSamples.deleted;
import static dev.tidelock.sync.testkit.StoreSamples.device;
import static dev.tidelock.sync.testkit.StoreSamples.event;
import static dev.tidelock.sync.testkit.StoreSamples.id;
import static dev.tidelock.sync.testkit.StoreSamples.json;
import static dev.tidelock.sync.testkit.StoreSamples.jsonOfLength;
import static dev.tidelock.sync.testkit.StoreSamples.key;
import static dev.tidelock.sync.testkit.StoreSamples.put;
import static dev.tidelock.sync.testkit.StoreSamples.stamp;
import static dev.tidelock.sync.testkit.StoreSamples.stateOf;
import static dev.tidelock.sync.testkit.StoreSamples.withConflicts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Identity, records and their conflicts. A part of {@link StoreContract}. */
abstract class StoreRecordsContract extends StoreContractFixture {
    // Identity

    @Test
    void identity_newStore_isNull() {
        assertNull(read(StoreReader::identity));
        assertEquals(OwnHead.NONE, read(StoreReader::ownHead));
        assertEquals(List.of(), read(r -> r.unsealed(10, 1000)));
        assertEquals(0, count(r -> r.pendingEvents(REMOTE)));
        assertEquals(List.of(), read(StoreReader::chains));
        assertEquals(List.of(), read(StoreReader::collections));
        assertEquals(List.of(), read(StoreReader::quarantine));
        assertEquals(List.of(), read(StoreReader::conflicts));
    }

    @Test
    void identity_set_isReadInAndAfterTheTransaction() {
        StoreIdentity identity = new StoreIdentity(SPACE, device(OWN));
        write(tx -> {
            tx.setIdentity(identity);
            assertEquals(identity, tx.identity());
        });
        assertEquals(identity, read(StoreReader::identity));
    }

    // Records

    @Test
    void record_unknown_isAbsent() {
        assertEquals(RecordState.ABSENT, read(r -> r.record(key("a"))));
        write(tx -> tx.setRecord(key("a"), stateOf(put(OWN, 1, key("a"), "one"))));
        assertEquals(RecordState.ABSENT, read(r -> r.record(key("b"))));
        assertEquals(RecordState.ABSENT, read(r -> r.record(new RecordKey("other", "a"))));
    }

    @Test
    void record_set_isReadInAndAfterTheTransaction() {
        RecordState state = stateOf(put(OWN, 1, key("a"), "one"));
        write(tx -> {
            assertEquals(RecordState.ABSENT, tx.record(key("a")));
            tx.setRecord(key("a"), state);
            assertEquals(state, tx.record(key("a")));
        });
        assertEquals(state, read(r -> r.record(key("a"))));
    }

    @Test
    void record_setAgain_isReplacedAsAWhole() {
        List<RecordState> states = List.of(
                stateOf(put(OWN, 1, key("a"), "one")),
                deleted(event(2, 7, key("a"), Op.delete())),
                new RecordState(json("from a patch"), null, List.of(id(3, 9)), stamp(3, 9), List.of()),
                new RecordState(
                        json("merged"), stamp(2, 8), sorted(id(2, 8), id(3, 9), id(OWN, 2)), stamp(3, 9), List.of()),
                new RecordState(JsonValue.NULL, stamp(2, 1), List.of(id(2, 1)), stamp(2, 1), List.of()),
                new RecordState(null, stamp(2, 1), List.of(id(2, 1)), stamp(2, 4), List.of()),
                RecordState.ABSENT,
                stateOf(put(OWN, 3, key("a"), "three")));
        for (RecordState state : states) {
            write(tx -> tx.setRecord(key("a"), state));
            assertEquals(state, read(r -> r.record(key("a"))));
        }
        for (RecordState state : states) {
            write(tx -> {
                tx.setRecord(key("a"), state);
                assertEquals(state, tx.record(key("a")));
            });
        }
    }

    @Test
    void record_manyHeads_areKept() {
        List<EventId> heads = new ArrayList<>();
        for (int counter = 1; counter <= Event.PARENTS_MAX; counter++) {
            heads.add(id(2, counter));
        }
        RecordState state = new RecordState(json("x"), stamp(2, 1), heads, stamp(2, 1000), List.of());
        write(tx -> tx.setRecord(key("a"), state));
        assertEquals(state, read(r -> r.record(key("a"))));
    }

    @Test
    void record_valueOfTheGreatestSize_isKept() {
        JsonValue value = jsonOfLength(SyncLimits.VALUE_BYTES_MAX);
        Event put = event(OWN, 1, key("large"), Op.put(value));
        write(tx -> {
            tx.setRecord(key("large"), stateOf(put));
            tx.addEvent(put, EventState.APPLIED);
        });
        assertEquals(stateOf(put), read(r -> r.record(key("large"))));
        assertEquals(new StoredEvent(put, EventState.APPLIED), read(r -> r.event(put.id())));
        assertEquals(List.of(key("large")), keys(null));
    }

    @Test
    void records_anyKeys_comeInTheOrderOfRecordKey() {
        List<RecordKey> keys = new ArrayList<>();
        String[] names = {
            "a", "A", "aa", "a b", "z", "é", "\uFFFD", "\uE000", "😀", "𝄞", "a\u0000b", "a\u0001", "0", "~", "ﬀ"
        };
        for (String name : names) {
            keys.add(new RecordKey("notes", name));
            keys.add(new RecordKey(name, "same"));
        }
        write(tx -> {
            for (RecordKey key : keys) {
                tx.setRecord(key, stateOf(put(OWN, 1, key, key.id())));
            }
        });
        Collections.sort(keys);
        assertEquals(keys, keys(null));
        for (RecordKey key : keys) {
            assertEquals(json(key.id()), read(r -> r.record(key)).value());
        }
        List<RecordKey> notes = new ArrayList<>(keys);
        notes.removeIf(key -> !key.collection().equals("notes"));
        assertEquals(notes, keys("notes"));
        assertEquals(List.of(), keys("none"));

        List<String> collections = new ArrayList<>();
        keys.forEach(key -> {
            if (!collections.contains(key.collection())) {
                collections.add(key.collection());
            }
        });
        assertEquals(collections, read(StoreReader::collections));
    }

    @Test
    void recordIds_afterAnId_areThoseWithAValueInOrder() {
        List<String> ids = List.of("a", "a\u0000", "aa", "b", "\u00e4", "\uffee", "\ud83d\ude00");
        long counter = 0;
        for (String id : List.of("b", "\ud83d\ude00", "a\u0000", "\uffee", "aa", "\u00e4", "a")) {
            Event event = put(OWN, ++counter, key(id), "v");
            write(tx -> tx.setRecord(key(id), stateOf(event)));
        }
        Event gone = event(OWN, ++counter, key("ab"), Op.delete());
        write(tx -> tx.setRecord(key("ab"), deleted(gone)));
        String collection = key("a").collection();
        assertEquals(ids, read(r -> r.recordIds(collection, "", 100)));
        assertEquals(ids.subList(2, 4), read(r -> r.recordIds(collection, "a\u0000", 2)));
        assertEquals(ids.subList(3, 7), read(r -> r.recordIds(collection, "ab", 100)));
        assertEquals(List.of(), read(r -> r.recordIds(collection, "\ud83d\ude00", 100)));
        assertEquals(List.of(), read(r -> r.recordIds("other", "", 100)));
    }

    @Test
    void records_withoutAValue_areNotShown() {
        write(tx -> {
            tx.setRecord(key("gone"), deleted(event(OWN, 1, key("gone"), Op.delete())));
            tx.setRecord(
                    key("null"),
                    new RecordState(JsonValue.NULL, stamp(OWN, 2), List.of(id(OWN, 2)), stamp(OWN, 2), List.of()));
            tx.setRecord(new RecordKey("empty", "gone"), deleted(event(OWN, 3, key("gone"), Op.delete())));
        });
        assertEquals(List.of(key("null")), keys(null));
        assertEquals(List.of("notes"), read(StoreReader::collections));

        write(tx -> tx.setRecord(key("null"), deleted(event(OWN, 4, key("null"), Op.delete()))));
        assertEquals(List.of(), keys(null));
        assertEquals(List.of(), read(StoreReader::collections));
    }

    @Test
    void records_many_areAllShownOnceInOrder() {
        int count = 3000;
        write(tx -> {
            for (int i = 0; i < count; i++) {
                RecordKey key = key("n" + i * 7919 % count);
                tx.setRecord(key, stateOf(put(OWN, 1 + i, key, key.id())));
            }
        });
        List<RecordKey> seen = keys("notes");
        List<RecordKey> expected = new ArrayList<>(new HashSet<>(seen));
        Collections.sort(expected);
        assertEquals(count, seen.size());
        assertEquals(expected, seen);
    }

    @Test
    void records_visitorReadsMore_isServed() {
        write(tx -> {
            for (String id : List.of("a", "b", "c")) {
                tx.setRecord(key(id), stateOf(put(OWN, 1, key(id), id)));
                tx.addEvent(put(id.charAt(0), 1, key(id), id), EventState.APPLIED);
            }
        });
        List<String> seen = new ArrayList<>();
        read(r -> {
            r.records(
                    "notes",
                    (outer, outerValue) -> r.records(null, (inner, innerValue) -> {
                        assertEquals(innerValue, r.record(inner).value());
                        assertEquals(1, RecordEvents.of(r, inner).size());
                        seen.add(outer.id() + inner.id());
                    }));
            return true;
        });
        assertEquals(List.of("aa", "ab", "ac", "ba", "bb", "bc", "ca", "cb", "cc"), seen);
    }

    @Test
    void records_visitorThrows_passesItOnAndTheStoreGoesOn() {
        write(tx -> tx.setRecord(key("a"), stateOf(put(OWN, 1, key("a"), "one"))));
        RuntimeException thrown = new IllegalArgumentException("enough");
        RuntimeException caught = assertThrows(
                IllegalArgumentException.class,
                () -> read(r -> {
                    r.records(null, (key, value) -> {
                        throw thrown;
                    });
                    return true;
                }));
        assertSame(thrown, caught);
        assertEquals(List.of(key("a")), keys(null));
    }

    List<RecordKey> keys(@Nullable String collection) {
        return read(r -> {
            List<RecordKey> keys = new ArrayList<>();
            r.records(collection, (key, value) -> {
                assertEquals(r.record(key).value(), value);
                keys.add(key);
            });
            return keys;
        });
    }

    static List<EventId> sorted(EventId... ids) {
        List<EventId> sorted = new ArrayList<>(Arrays.asList(ids));
        Collections.sort(sorted);
        return sorted;
    }

    // Conflicts

    @Test
    void conflicts_ofSeveralRecords_comeOldestFirst() {
        Conflict newest = conflict(2, 30, key("a"), "x");
        Conflict oldest = conflict(4, 10, key("b"), "y");
        Conflict middle = conflict(3, 20, key("a"), "z");
        RecordState a = withConflicts(stateOf(put(OWN, 1, key("a"), "one")), newest, middle);
        write(tx -> {
            tx.setRecord(key("a"), a);
            tx.setRecord(key("b"), withConflicts(stateOf(put(OWN, 2, key("b"), "two")), oldest));
            assertEquals(3, tx.conflictCount());
        });
        assertEquals(List.of(oldest, middle, newest), read(StoreReader::conflicts));
        assertEquals(3, count(StoreReader::conflictCount));
        assertEquals(a, read(r -> r.record(key("a"))));
    }

    @Test
    void conflicts_allFields_areKept() {
        EventId losing = id(3, 5);
        Conflict conflict = new Conflict(
                losing,
                sorted(losing, id(2, 4), id(OWN, 9)),
                key("a"),
                Op.Kind.PATCH,
                jsonOfLength(5000),
                stamp(3, 5),
                id(2, 8));
        RecordState state = withConflicts(RecordState.ABSENT, conflict);
        write(tx -> tx.setRecord(key("a"), state));
        assertEquals(state, read(r -> r.record(key("a"))));
        assertEquals(List.of(conflict), read(StoreReader::conflicts));
    }

    @Test
    void conflicts_recordSetAgain_areReplacedWithIt() {
        RecordState state = stateOf(put(OWN, 1, key("a"), "one"));
        Conflict other = conflict(2, 1, key("b"), "other record");
        Conflict first = conflict(2, 3, key("a"), "first");
        Conflict second = conflict(3, 3, key("a"), "second");
        write(tx -> tx.setRecord(key("b"), withConflicts(state, other)));
        for (List<Conflict> open :
                List.of(List.of(first), List.of(second), List.of(second, first), List.<Conflict>of())) {
            RecordState next = withConflicts(state, open.toArray(new Conflict[0]));
            write(tx -> {
                tx.setRecord(key("a"), next);
                assertEquals(next, tx.record(key("a")));
                assertEquals(open.size() + 1, tx.conflictCount());
            });
            assertEquals(next, read(r -> r.record(key("a"))));
            assertTrue(is(r -> r.conflicts().contains(other)));
        }
        assertEquals(List.of(other), read(StoreReader::conflicts));
    }
}
