package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.READING;
import static dev.tidelock.sync.testkit.StoreSamples.SPACE;
import static dev.tidelock.sync.testkit.StoreSamples.authorKey;
import static dev.tidelock.sync.testkit.StoreSamples.chain;
import static dev.tidelock.sync.testkit.StoreSamples.conflict;
import static dev.tidelock.sync.testkit.StoreSamples.deleted;
import static dev.tidelock.sync.testkit.StoreSamples.device;
import static dev.tidelock.sync.testkit.StoreSamples.envelope;
import static dev.tidelock.sync.testkit.StoreSamples.event;
import static dev.tidelock.sync.testkit.StoreSamples.id;
import static dev.tidelock.sync.testkit.StoreSamples.json;
import static dev.tidelock.sync.testkit.StoreSamples.jsonOfLength;
import static dev.tidelock.sync.testkit.StoreSamples.key;
import static dev.tidelock.sync.testkit.StoreSamples.put;
import static dev.tidelock.sync.testkit.StoreSamples.stamp;
import static dev.tidelock.sync.testkit.StoreSamples.stateOf;
import static dev.tidelock.sync.testkit.StoreSamples.withConflicts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.status.BlockedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the engine relies on in a {@link Store}. Extend it, say how a new store is made, and every test must pass.
 *
 * <p>Device 1 is this device; the others are peers. Envelopes carry no real seal: a store never looks inside.
 */
public abstract class StoreContract {
    private static final int OWN = 1;
    private static final String REMOTE = "https://relay.example";
    private static final String OTHER_REMOTE = "usb-stick";
    private static final int PATIENCE_SECONDS = 20;

    private Store store;

    /** Makes a new, empty store. Called once per test. */
    protected abstract Store create();

    /** Opens again what {@code closed} kept; null if this kind of store keeps nothing beyond its close. */
    protected @Nullable Store reopen(Store closed) {
        return null;
    }

    @BeforeEach
    void openStore() {
        store = create();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private void write(Consumer<StoreTransaction> work) {
        store.write(tx -> {
            work.accept(tx);
            return true;
        });
    }

    private <T> T read(Function<StoreReader, T> work) {
        return store.read(work);
    }

    private boolean is(Predicate<StoreReader> work) {
        return store.read(r -> work.test(r));
    }

    private long count(ToLongFunction<StoreReader> work) {
        return store.read(r -> work.applyAsLong(r));
    }

    private int added(ToIntFunction<StoreTransaction> work) {
        return store.write(tx -> work.applyAsInt(tx));
    }

    private static <T> T present(@Nullable T found) {
        if (found == null) {
            throw new AssertionError("it is not there");
        }
        return found;
    }

    /** Most tests need to know which device is this one. */
    private void identify() {
        write(tx -> tx.setIdentity(new StoreIdentity(SPACE, device(OWN))));
    }

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
                        assertEquals(1, r.events(inner).size());
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

    private List<RecordKey> keys(@Nullable String collection) {
        return read(r -> {
            List<RecordKey> keys = new ArrayList<>();
            r.records(collection, (key, value) -> {
                assertEquals(r.record(key).value(), value);
                keys.add(key);
            });
            return keys;
        });
    }

    private static List<EventId> sorted(EventId... ids) {
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

    // Events

    @Test
    void event_ofEveryKind_isReadBack() {
        List<Event> events = List.of(
                put(OWN, 1, key("a"), "text with \"quotes\" and 😀"),
                event(OWN, 2, key("a"), Op.patch(json("p")), new TransactionSpan(2, 1), id(2, 5), id(3, 1), id(OWN, 1)),
                event(OWN, 3, key("a"), Op.delete(), new TransactionSpan(2, 4), id(OWN, 2)),
                event(
                        OWN,
                        4,
                        new RecordKey("c", "d"),
                        Op.named("add", JsonValue.of(Long.MAX_VALUE)),
                        new TransactionSpan(2, 4)),
                event(2, 1, key("a"), Op.put(JsonValue.NULL)));
        write(tx -> {
            for (Event event : events) {
                tx.addEvent(event, EventState.APPLIED);
                assertEquals(new StoredEvent(event, EventState.APPLIED), tx.event(event.id()));
            }
        });
        for (Event event : events) {
            assertEquals(new StoredEvent(event, EventState.APPLIED), read(r -> r.event(event.id())));
        }
        assertNull(read(r -> r.event(id(OWN, 5))));
        assertNull(read(r -> r.event(id(9, 1))));
    }

    @Test
    void event_withAsManyParentsAsMayBe_isReadBack() {
        EventId[] parents = new EventId[Event.PARENTS_MAX];
        for (int i = 0; i < parents.length; i++) {
            parents[i] = id(2 + i % 5, 1 + i / 5);
        }
        Event event = event(OWN, 1, key("a"), Op.delete(), new TransactionSpan(1, TransactionSpan.SIZE_MAX), parents);
        write(tx -> tx.addEvent(event, EventState.WAITING));
        assertEquals(new StoredEvent(event, EventState.WAITING), read(r -> r.event(event.id())));
    }

    @Test
    void addEvent_heldAlready_isRefusedAndTheFirstStays() {
        Event first = put(2, 1, key("a"), "first");
        write(tx -> tx.addEvent(first, EventState.WAITING));
        write(tx -> {
            assertThrows(
                    IllegalStateException.class, () -> tx.addEvent(put(2, 1, key("b"), "second"), EventState.APPLIED));
            assertThrows(IllegalStateException.class, () -> tx.addEvent(first, EventState.WAITING));
            tx.addEvent(put(2, 2, key("b"), "another"), EventState.APPLIED);
        });
        assertEquals(new StoredEvent(first, EventState.WAITING), read(r -> r.event(first.id())));
        assertEquals(List.of(put(2, 2, key("b"), "another")), read(r -> r.events(key("b"))));
    }

    @Test
    void addEvent_refusedAndPassedOn_undoesTheTransaction() {
        write(tx -> tx.addEvent(put(2, 1, key("a"), "first"), EventState.APPLIED));
        assertThrows(
                IllegalStateException.class,
                () -> write(tx -> {
                    tx.addEvent(put(2, 2, key("a"), "second"), EventState.APPLIED);
                    tx.addEvent(put(2, 1, key("a"), "first"), EventState.APPLIED);
                }));
        assertNull(read(r -> r.event(id(2, 2))));
    }

    @Test
    void events_ofARecord_areThoseThatCount() {
        Event one = put(OWN, 1, key("a"), "one");
        Event two = put(2, 1, key("a"), "two");
        Event waiting = put(2, 2, key("a"), "waiting");
        Event quarantined = put(3, 1, key("a"), "quarantined");
        write(tx -> {
            tx.addEvent(two, EventState.APPLIED);
            tx.addEvent(waiting, EventState.WAITING);
            tx.addEvent(quarantined, EventState.QUARANTINED);
            tx.addEvent(put(2, 3, key("b"), "other record"), EventState.APPLIED);
            tx.addEvent(put(2, 4, new RecordKey("other", "a"), "other collection"), EventState.APPLIED);
            tx.addEvent(one, EventState.APPLIED);
            assertSameEvents(List.of(one, two), tx.events(key("a")));
        });
        assertSameEvents(List.of(one, two), read(r -> r.events(key("a"))));
        assertEquals(List.of(), read(r -> r.events(key("c"))));

        write(tx -> tx.setState(device(2), waiting.transaction(), EventState.APPLIED));
        assertSameEvents(List.of(one, two, waiting), read(r -> r.events(key("a"))));
    }

    @Test
    void events_withoutARecordState_leaveItAbsent() {
        write(tx -> tx.addEvent(put(2, 1, key("a"), "waiting"), EventState.WAITING));
        assertEquals(RecordState.ABSENT, read(r -> r.record(key("a"))));
        assertEquals(List.of(), keys(null));
        RecordState state = stateOf(put(2, 1, key("a"), "waiting"));
        write(tx -> tx.setRecord(key("a"), state));
        assertEquals(state, read(r -> r.record(key("a"))));
    }

    private static void assertSameEvents(List<Event> expected, List<Event> actual) {
        assertEquals(expected.size(), actual.size());
        assertEquals(new HashSet<>(expected), new HashSet<>(actual));
    }

    @Test
    void transaction_partlyHeld_showsWhatIsThereInOrder() {
        TransactionSpan span = new TransactionSpan(5, 4);
        Event fifth = event(2, 5, key("a"), Op.delete(), span);
        Event sixth = event(2, 6, key("b"), Op.delete(), span);
        Event eighth = event(2, 8, key("c"), Op.delete(), span);
        write(tx -> {
            tx.addEvent(eighth, EventState.WAITING);
            tx.addEvent(put(2, 4, key("a"), "before"), EventState.APPLIED);
            tx.addEvent(fifth, EventState.WAITING);
            tx.addEvent(put(2, 9, key("a"), "after"), EventState.APPLIED);
            tx.addEvent(put(3, 6, key("a"), "another device"), EventState.APPLIED);
            tx.addEvent(sixth, EventState.QUARANTINED);
        });
        assertEquals(
                List.of(
                        new StoredEvent(fifth, EventState.WAITING),
                        new StoredEvent(sixth, EventState.QUARANTINED),
                        new StoredEvent(eighth, EventState.WAITING)),
                read(r -> r.transaction(device(2), span)));
        assertEquals(List.of(), read(r -> r.transaction(device(4), span)));
        assertEquals(List.of(), read(r -> r.transaction(device(2), new TransactionSpan(100, 10))));
    }

    @Test
    void setState_ofATransaction_changesThoseHeldAndNoOthers() {
        TransactionSpan span = new TransactionSpan(2, 3);
        write(tx -> {
            tx.addEvent(put(2, 1, key("a"), "before"), EventState.WAITING);
            tx.addEvent(event(2, 2, key("a"), Op.delete(), span), EventState.WAITING);
            tx.addEvent(event(2, 4, key("b"), Op.delete(), span), EventState.WAITING);
            tx.addEvent(put(2, 5, key("a"), "after"), EventState.WAITING);
            tx.addEvent(put(3, 3, key("a"), "another device"), EventState.WAITING);
        });
        for (EventState state : EventState.values()) {
            write(tx -> tx.setState(device(2), span, state));
            assertEquals(List.of(state, state), states(2, span));
            assertEquals(List.of(EventState.WAITING), states(2, new TransactionSpan(1, 1)));
            assertEquals(List.of(EventState.WAITING), states(2, new TransactionSpan(5, 1)));
            assertEquals(List.of(EventState.WAITING), states(3, new TransactionSpan(3, 1)));
        }
        write(tx -> tx.setState(device(7), span, EventState.APPLIED)); // nothing of it is held: no harm
    }

    private List<EventState> states(int device, TransactionSpan span) {
        return read(r -> {
            List<EventState> states = new ArrayList<>();
            r.transaction(device(device), span).forEach(stored -> states.add(stored.state()));
            return states;
        });
    }

    @Test
    void ownHead_eventsOfThisDevice_isTheLastOfThem() {
        identify();
        write(tx -> {
            tx.addEvent(put(2, 50, key("a"), "a peer's"), EventState.APPLIED);
            assertEquals(OwnHead.NONE, tx.ownHead());
            tx.addEvent(put(OWN, 1, key("a"), "one"), EventState.APPLIED);
            assertEquals(new OwnHead(1, READING + 1), tx.ownHead());
            tx.addEvent(put(OWN, 2, key("a"), "two"), EventState.APPLIED);
        });
        assertEquals(new OwnHead(2, READING + 2), read(StoreReader::ownHead));
        write(tx -> {
            tx.addEvent(put(3, 90, key("a"), "a peer's"), EventState.APPLIED);
            assertEquals(new OwnHead(2, READING + 2), tx.ownHead());
        });
        assertEquals(new OwnHead(2, READING + 2), read(StoreReader::ownHead));
    }

    @Test
    void ownHead_transactionUndone_goesBack() {
        identify();
        write(tx -> tx.addEvent(put(OWN, 1, key("a"), "one"), EventState.APPLIED));
        undo(tx -> {
            tx.addEvent(put(OWN, 2, key("a"), "two"), EventState.APPLIED);
            assertEquals(2, tx.ownHead().counter());
        });
        write(tx -> assertEquals(new OwnHead(1, READING + 1), tx.ownHead()));
        assertEquals(new OwnHead(1, READING + 1), read(StoreReader::ownHead));
    }

    @Test
    void observe_lowerReadings_changeNothing() {
        assertEquals(0, count(StoreReader::observedReading));
        write(tx -> {
            tx.observe(READING + 5);
            assertEquals(READING + 5, tx.observedReading());
            tx.observe(READING + 3);
            assertEquals(READING + 5, tx.observedReading());
        });
        assertEquals(READING + 5, count(StoreReader::observedReading));
        write(tx -> tx.observe(READING + 4));
        assertEquals(READING + 5, count(StoreReader::observedReading));
        undo(tx -> tx.observe(READING + 9));
        write(tx -> assertEquals(READING + 5, tx.observedReading()));
        write(tx -> tx.observe(Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, count(StoreReader::observedReading));
    }

    // Sealing

    @Test
    void unsealed_eventsOfThisDevice_comeInOrderUntilSealed() {
        identify();
        List<Event> own = writeOwn(1, 5);
        write(tx -> tx.addEvent(put(2, 1, key("a"), "a peer's"), EventState.APPLIED));
        assertEquals(own, read(r -> r.unsealed(100, 1 << 20)));

        Envelope envelope = envelope(OWN, 1, 3, EnvelopeHash.NONE);
        write(tx -> {
            tx.addEnvelope(envelope, 1);
            assertEquals(own.subList(3, 5), tx.unsealed(100, 1 << 20));
        });
        assertEquals(own.subList(3, 5), read(r -> r.unsealed(100, 1 << 20)));
        write(tx -> tx.addEnvelope(envelope(OWN, 4, 5, envelope.hash()), 2));
        assertEquals(List.of(), read(r -> r.unsealed(100, 1 << 20)));
    }

    @Test
    void unsealed_bounds_areKeptButForTheFirst() {
        identify();
        write(tx -> {
            tx.addEvent(event(OWN, 1, key("a"), Op.put(jsonOfLength(100))), EventState.APPLIED);
            tx.addEvent(event(OWN, 2, key("a"), Op.delete()), EventState.APPLIED);
            tx.addEvent(event(OWN, 3, key("a"), Op.named("add", jsonOfLength(50))), EventState.APPLIED);
            tx.addEvent(event(OWN, 4, key("a"), Op.patch(jsonOfLength(2))), EventState.APPLIED);
        });
        assertEquals(1, read(r -> r.unsealed(1, 1000)).size());
        assertEquals(3, read(r -> r.unsealed(3, 1000)).size());
        assertEquals(3, read(r -> r.unsealed(10, 150)).size());
        assertEquals(2, read(r -> r.unsealed(10, 149)).size());
        assertEquals(2, read(r -> r.unsealed(10, 100)).size());
        assertEquals(1, read(r -> r.unsealed(10, 99)).size());
        assertEquals(1, read(r -> r.unsealed(10, 0)).size());
    }

    private List<Event> writeOwn(long first, long last) {
        List<Event> events = new ArrayList<>();
        write(tx -> {
            for (long counter = first; counter <= last; counter++) {
                Event event = put(OWN, counter, key("r" + counter), "text " + counter);
                tx.setRecord(event.key(), stateOf(event));
                tx.addEvent(event, EventState.APPLIED);
                events.add(event);
            }
        });
        return events;
    }

    @Test
    void pendingEvents_writtenSealedAndConfirmed_areCountedPerRemote() {
        identify();
        writeOwn(1, 5);
        assertPending(5, 5);
        Envelope one = envelope(OWN, 1, 3, EnvelopeHash.NONE);
        write(tx -> {
            tx.addEnvelope(one, 1);
            tx.addToOutbox(REMOTE, one.hash());
            tx.addToOutbox(OTHER_REMOTE, one.hash());
            assertEquals(5, tx.pendingEvents(REMOTE));
        });
        assertPending(5, 5);
        write(tx -> tx.removeFromOutbox(REMOTE, List.of(one.hash())));
        assertPending(2, 5);

        Envelope two = envelope(OWN, 4, 5, one.hash());
        write(tx -> {
            tx.addEnvelope(two, 1);
            tx.addToOutbox(REMOTE, two.hash());
        });
        assertPending(2, 3);
        Envelope peers = envelope(2, 1, 900, EnvelopeHash.NONE);
        write(tx -> {
            tx.addEnvelope(peers, 1);
            tx.addToOutbox(REMOTE, peers.hash());
        });
        assertPending(2, 3);
        write(tx -> tx.removeFromOutbox(REMOTE, List.of(two.hash(), peers.hash())));
        write(tx -> tx.removeFromOutbox(OTHER_REMOTE, List.of(one.hash(), two.hash())));
        assertPending(0, 0);
        writeOwn(6, 6);
        assertPending(1, 1);
    }

    private void assertPending(long atRemote, long atOtherRemote) {
        assertEquals(atRemote, count(r -> r.pendingEvents(REMOTE)));
        assertEquals(atOtherRemote, count(r -> r.pendingEvents(OTHER_REMOTE)));
    }

    // Envelopes

    @Test
    void addEnvelope_firstAndNext_makeAChain() {
        Envelope first = envelope(2, 1, 3, EnvelopeHash.NONE);
        Envelope second = envelope(2, 4, 4, first.hash());
        assertNull(read(r -> r.chain(device(2))));
        write(tx -> {
            tx.addEnvelope(first, 1000);
            assertChain(tx.chain(device(2)), 2, 3, first, 1000);
        });
        assertChain(read(r -> r.chain(device(2))), 2, 3, first, 1000);
        write(tx -> tx.addEnvelope(second, 2000));
        assertChain(read(r -> r.chain(device(2))), 2, 4, second, 2000);
        assertNull(read(r -> r.chain(device(3))));
    }

    private static void assertChain(
            @Nullable EnvelopeChain found, int device, long lastCounter, Envelope last, long seenMillis) {
        EnvelopeChain chain = present(found);
        assertEquals(device(device), chain.device());
        assertArrayEquals(authorKey(device), chain.authorKey());
        assertEquals(lastCounter, chain.lastCounter());
        assertEquals(last.hash(), chain.lastHash());
        assertEquals(seenMillis, chain.lastSeenMillis());
    }

    @Test
    void addEnvelope_notTheNext_isRefusedAndTheChainStays() {
        Envelope first = envelope(2, 1, 3, EnvelopeHash.NONE);
        write(tx -> tx.addEnvelope(first, 1000));
        List<Envelope> wrong = List.of(
                first, // again
                envelope(2, 1, 2, EnvelopeHash.NONE), // another first one
                envelope(2, 5, 6, first.hash()), // a gap
                envelope(2, 3, 4, first.hash()), // overlaps
                envelope(2, 4, 5, EnvelopeHash.ofEnvelope(new byte[1])), // another predecessor
                envelope(3, 4, 5, first.hash())); // no first one
        write(tx -> {
            for (Envelope envelope : wrong) {
                assertThrows(IllegalStateException.class, () -> tx.addEnvelope(envelope, 2000));
            }
        });
        assertChain(read(r -> r.chain(device(2))), 2, 3, first, 1000);
        assertNull(read(r -> r.chain(device(3))));
        assertFalse(is(r -> r.hasEnvelope(wrong.get(1).hash())));
        write(tx -> tx.addEnvelope(envelope(2, 4, 5, first.hash()), 3000));
    }

    @Test
    void chains_ofSeveralDevices_comeInTheOrderOfDevices() {
        List<DeviceId> devices = new ArrayList<>();
        write(tx -> {
            for (int number = 1; number <= 20; number++) {
                devices.add(device(number));
                tx.addEnvelope(envelope(number, 1, number, EnvelopeHash.NONE), number);
            }
        });
        Collections.sort(devices);
        List<DeviceId> seen = new ArrayList<>();
        for (EnvelopeChain chain : read(StoreReader::chains)) {
            seen.add(chain.device());
            assertEquals(chain.lastCounter(), chain.lastSeenMillis());
        }
        assertEquals(devices, seen);
    }

    @Test
    void chains_devicesOfEventsOnly_areNotAmongThem() {
        identify();
        write(tx -> tx.addEvent(
                event(2, 1, key("a"), Op.delete(), new TransactionSpan(1, 1), id(3, 1)), EventState.APPLIED));
        assertEquals(List.of(), read(StoreReader::chains));
        assertNull(read(r -> r.chain(device(2))));
    }

    @Test
    void envelope_kept_isFoundByHashAndByFirstCounter() {
        Envelope first = envelope(2, 1, 3, EnvelopeHash.NONE);
        Envelope second = envelope(2, 4, 9, first.hash(), 1_000_000);
        write(tx -> {
            tx.addEnvelope(first, 1);
            tx.addEnvelope(second, 1);
            assertTrue(tx.hasEnvelope(second.hash()));
        });
        Envelope found = read(r -> r.envelope(second.hash()));
        assertArrayEquals(second.toByteArray(), present(found).toByteArray());
        assertTrue(is(r -> r.hasEnvelope(first.hash())));
        assertEquals(first.hash(), read(r -> r.envelopeAt(device(2), 1)));
        assertEquals(second.hash(), read(r -> r.envelopeAt(device(2), 4)));

        EnvelopeHash unknown = EnvelopeHash.ofEnvelope(new byte[1]);
        assertFalse(is(r -> r.hasEnvelope(unknown)));
        assertNull(read(r -> r.envelope(unknown)));
        assertNull(read(r -> r.envelopeAt(device(2), 2)));
        assertNull(read(r -> r.envelopeAt(device(2), 10)));
        assertNull(read(r -> r.envelopeAt(device(3), 1)));
    }

    // Outbox

    @Test
    void outbox_ofARemote_keepsTheOrderOfHolding() {
        List<Envelope> peers = chain(2, 3, 2);
        List<Envelope> own = chain(OWN, 2, 2);
        List<Envelope> held = List.of(peers.get(0), own.get(0), peers.get(1), peers.get(2), own.get(1));
        write(tx -> {
            tx.setIdentity(new StoreIdentity(SPACE, device(OWN)));
            held.forEach(envelope -> tx.addEnvelope(envelope, 1));
            for (int i = held.size() - 1; i >= 0; i--) { // added last first: the order of adding does not count
                tx.addToOutbox(REMOTE, held.get(i).hash());
            }
            tx.addToOutbox(REMOTE, held.get(2).hash()); // there already: no harm
            tx.addToOutbox(OTHER_REMOTE, held.get(3).hash());
        });
        assertEquals(held, outbox(REMOTE));
        assertEquals(5, count(r -> r.outboxCount(REMOTE)));
        assertEquals(List.of(held.get(3)), outbox(OTHER_REMOTE));
        assertEquals(1, count(r -> r.outboxCount(OTHER_REMOTE)));
        assertEquals(List.of(), outbox("a third"));
        assertEquals(0, count(r -> r.outboxCount("a third")));

        write(tx -> tx.removeFromOutbox(
                REMOTE, List.of(held.get(0).hash(), held.get(2).hash(), EnvelopeHash.ofEnvelope(new byte[1]))));
        write(tx -> tx.removeFromOutbox("a third", List.of(held.get(0).hash())));
        write(tx -> tx.removeFromOutbox(REMOTE, List.of(held.get(0).hash()))); // not there any more: no harm
        assertEquals(List.of(held.get(1), held.get(3), held.get(4)), outbox(REMOTE));
        assertEquals(List.of(held.get(3)), outbox(OTHER_REMOTE));
        assertTrue(is(r -> r.hasEnvelope(held.get(0).hash())), "a confirmed envelope is still kept");
        write(tx -> tx.addToOutbox(REMOTE, held.get(0).hash()));
        assertEquals(held.get(0), outbox(REMOTE).get(0));
    }

    private List<Envelope> outbox(String remote) {
        return read(r -> r.outbox(remote, 1000, 1 << 30));
    }

    @Test
    void outbox_bounds_areKeptButForTheFirst() {
        List<Envelope> chain = chain(2, 4, 1);
        write(tx -> chain.forEach(envelope -> {
            tx.addEnvelope(envelope, 1);
            tx.addToOutbox(REMOTE, envelope.hash());
        }));
        long two = (long) chain.get(0).length() + chain.get(1).length();
        assertEquals(chain.subList(0, 3), read(r -> r.outbox(REMOTE, 3, 1 << 20)));
        assertEquals(chain.subList(0, 2), read(r -> r.outbox(REMOTE, 10, two)));
        assertEquals(chain.subList(0, 1), read(r -> r.outbox(REMOTE, 10, two - 1)));
        assertEquals(chain.subList(0, 1), read(r -> r.outbox(REMOTE, 1, two)));
        assertEquals(chain.subList(0, 1), read(r -> r.outbox(REMOTE, 10, 1)));
    }

    @Test
    void addMissingToOutbox_headsOfARemote_addsWhatEndsAboveThem() {
        List<Envelope> two = chain(2, 4, 10);
        List<Envelope> three = chain(3, 2, 10);
        List<Envelope> own = chain(OWN, 2, 10);
        write(tx -> {
            tx.setIdentity(new StoreIdentity(SPACE, device(OWN)));
            two.forEach(envelope -> tx.addEnvelope(envelope, 1));
            own.forEach(envelope -> tx.addEnvelope(envelope, 1));
            three.forEach(envelope -> tx.addEnvelope(envelope, 1));
            tx.addToOutbox(REMOTE, two.get(3).hash());
        });
        Map<DeviceId, Long> heads = new HashMap<>();
        heads.put(device(2), 15L); // within the second envelope
        heads.put(device(OWN), 20L); // all
        heads.put(device(9), 400L); // a device that is not known here
        assertEquals(4, added(tx -> tx.addMissingToOutbox(REMOTE, heads)));
        List<Envelope> expected = new ArrayList<>(two.subList(1, 4));
        expected.addAll(three); // device 3 is not named, so none of it is there
        assertEquals(expected, outbox(REMOTE));
        assertEquals(0, count(r -> r.pendingEvents(REMOTE)));
        assertEquals(0, added(tx -> tx.addMissingToOutbox(REMOTE, heads)));
        assertEquals(8, added(tx -> tx.addMissingToOutbox(OTHER_REMOTE, Map.of())));
        assertEquals(20, count(r -> r.pendingEvents(OTHER_REMOTE)));
        assertEquals(List.of(), outbox("a third"));
    }

    @Test
    void addMissingToOutbox_headAtTheEndOfAnEnvelope_addsOnlyLaterOnes() {
        List<Envelope> chain = chain(2, 3, 4096);
        write(tx -> chain.forEach(envelope -> tx.addEnvelope(envelope, 1)));
        assertEquals(0, missing(12_288));
        assertEquals(1, missing(12_287));
        assertEquals(1, missing(8192));
        assertEquals(2, missing(8191));
        assertEquals(3, missing(1));
        assertEquals(3, missing(0));
        assertEquals(0, missing(Long.MAX_VALUE));
    }

    private int missing(long head) {
        String remote = "head " + head;
        int added = added(tx -> tx.addMissingToOutbox(remote, Map.of(device(2), head)));
        assertEquals(added, count(r -> r.outboxCount(remote)));
        return added;
    }

    // The rest

    @Test
    void cursor_setAndTakenBack_isPerRemote() {
        Cursor cursor = new Cursor(new LogId("log-1"), 0, EnvelopeHash.NONE);
        Cursor next = cursor.after(EnvelopeHash.ofEnvelope(new byte[1]));
        assertNull(read(r -> r.cursor(REMOTE)));
        write(tx -> {
            tx.setCursor(REMOTE, cursor);
            assertEquals(cursor, tx.cursor(REMOTE));
            tx.setCursor(OTHER_REMOTE, cursor);
        });
        write(tx -> tx.setCursor(REMOTE, next));
        assertEquals(next, read(r -> r.cursor(REMOTE)));
        assertEquals(cursor, read(r -> r.cursor(OTHER_REMOTE)));
        write(tx -> tx.setCursor(REMOTE, null));
        assertNull(read(r -> r.cursor(REMOTE)));
        assertEquals(cursor, read(r -> r.cursor(OTHER_REMOTE)));
        write(tx -> tx.setCursor("never set", null));
    }

    @Test
    void outcome_set_isPerRemoteAndApartFromTheCursor() {
        assertEquals(SyncOutcome.NEVER, read(r -> r.outcome(REMOTE)));
        Cursor cursor = new Cursor(new LogId("log-1"), 12, EnvelopeHash.NONE);
        for (BlockedBy blockedBy : BlockedBy.values()) {
            SyncOutcome outcome = new SyncOutcome(123, blockedBy, "said \"no\"", -5000);
            write(tx -> {
                tx.setOutcome(REMOTE, outcome);
                assertEquals(outcome, tx.outcome(REMOTE));
                tx.setCursor(REMOTE, cursor);
            });
            assertEquals(outcome, read(r -> r.outcome(REMOTE)));
        }
        assertEquals(cursor, read(r -> r.cursor(REMOTE)));
        write(tx -> tx.setCursor(REMOTE, null));
        assertEquals(123, count(r -> r.outcome(REMOTE).lastSuccessMillis()));
        assertEquals(SyncOutcome.NEVER, read(r -> r.outcome(OTHER_REMOTE)));
    }

    @Test
    void quarantine_itemsAddedReplacedAndRemoved_comeOldestFirst() {
        QuarantineItem late = item("b", 300);
        QuarantineItem early = item("a", 100);
        QuarantineItem middle = new QuarantineItem("c", QuarantineItem.Reason.MALFORMED, null, 0, 0, "", 200);
        write(tx -> {
            tx.addToQuarantine(late, new byte[] {1, 2});
            tx.addToQuarantine(early, null);
            tx.addToQuarantine(middle, new byte[0]);
            assertEquals(3, tx.quarantineCount());
        });
        assertEquals(List.of(early, middle, late), read(StoreReader::quarantine));
        assertArrayEquals(new byte[] {1, 2}, bytes("b"));
        assertNull(bytes("a"));
        assertArrayEquals(new byte[0], bytes("c"));
        assertNull(bytes("unknown"));

        QuarantineItem again = item("c", 400);
        byte[] large = new byte[Envelope.BYTES_MAX];
        Arrays.fill(large, (byte) 7);
        write(tx -> tx.addToQuarantine(again, large));
        assertEquals(List.of(early, late, again), read(StoreReader::quarantine));
        assertArrayEquals(large, bytes("c"));
        write(tx -> tx.addToQuarantine(again, null));
        assertNull(bytes("c"));

        write(tx -> {
            tx.removeFromQuarantine("b");
            tx.removeFromQuarantine("unknown");
        });
        assertEquals(List.of(early, again), read(StoreReader::quarantine));
        assertEquals(2, count(StoreReader::quarantineCount));
    }

    @Test
    void quarantine_everyReason_isKept() {
        write(tx -> {
            for (QuarantineItem.Reason reason : QuarantineItem.Reason.values()) {
                tx.addToQuarantine(
                        new QuarantineItem(reason.name(), reason, device(3), 7, 4096, "why", reason.ordinal()), null);
            }
        });
        for (QuarantineItem item : read(StoreReader::quarantine)) {
            assertEquals(item.id(), item.reason().name());
            assertEquals(device(3), item.author());
        }
        assertEquals(QuarantineItem.Reason.values().length, count(StoreReader::quarantineCount));
    }

    private static QuarantineItem item(String id, long sinceMillis) {
        return new QuarantineItem(id, QuarantineItem.Reason.BAD_SEAL, device(2), 4, 2, "detail of " + id, sinceMillis);
    }

    private byte @Nullable [] bytes(String item) {
        AtomicReference<byte @Nullable []> bytes = new AtomicReference<>();
        read(r -> {
            bytes.set(r.quarantinedBytes(item));
            return true;
        });
        return bytes.get();
    }

    @Test
    void bytesGiven_changedAfterwards_changeNothingInside() {
        byte[] given = {1, 2, 3};
        write(tx -> tx.addToQuarantine(item("a", 1), given));
        given[0] = 9;
        byte[] first = bytes("a");
        assertArrayEquals(new byte[] {1, 2, 3}, first);
        present(first)[0] = 9;
        assertArrayEquals(new byte[] {1, 2, 3}, bytes("a"));
    }

    // Transactions

    private static final class Undo extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Runs work in a transaction that fails after it. */
    private void undo(Consumer<StoreTransaction> work) {
        Undo undo = new Undo();
        Undo caught = assertThrows(
                Undo.class,
                () -> write(tx -> {
                    work.accept(tx);
                    throw undo;
                }));
        assertSame(undo, caught, "what the work throws is passed on as it is");
    }

    @Test
    void write_workReturns_givesItsResult() {
        assertEquals("result", store.<String>write(tx -> "result"));
        assertEquals("result", read(r -> "result"));
    }

    @Test
    void write_workThrows_hadNoEffectAtAll() {
        undo(this::writeOneOfEverything);
        assertNothingIsThere();
        writeOwnAfterwards();
    }

    @Test
    void write_workThrowsAnError_hadNoEffectEither() {
        assertThrows(
                AssertionError.class,
                () -> write(tx -> {
                    writeOneOfEverything(tx);
                    throw new AssertionError("a bug");
                }));
        assertNothingIsThere();
        writeOwnAfterwards();
    }

    private void writeOwnAfterwards() {
        write(this::writeOneOfEverything);
        assertEquals(
                stateOf(put(OWN, 1, key("a"), "one")).value(),
                read(r -> r.record(key("a"))).value());
        assertEquals(new OwnHead(1, READING + 1), read(StoreReader::ownHead));
        assertEquals(1, outbox(REMOTE).size());
    }

    private void writeOneOfEverything(StoreTransaction tx) {
        Event event = put(OWN, 1, key("a"), "one");
        Envelope envelope = envelope(OWN, 1, 1, EnvelopeHash.NONE);
        tx.setIdentity(new StoreIdentity(SPACE, device(OWN)));
        tx.setRecord(key("a"), withConflicts(stateOf(event), conflict(2, 3, key("a"), "lost")));
        tx.addEvent(event, EventState.APPLIED);
        tx.surviveLossOfPower();
        tx.addEvent(put(2, 1, key("b"), "a peer's"), EventState.WAITING);
        tx.setState(device(2), new TransactionSpan(1, 1), EventState.QUARANTINED);
        tx.observe(READING + 77);
        tx.addEnvelope(envelope, 1);
        tx.addToOutbox(REMOTE, envelope.hash());
        tx.setCursor(REMOTE, new Cursor(new LogId("log"), 3, EnvelopeHash.NONE));
        tx.setOutcome(REMOTE, new SyncOutcome(1, BlockedBy.OFFLINE, "away", 3));
        tx.addToQuarantine(item("q", 1), new byte[3]);
    }

    private void assertNothingIsThere() {
        assertNull(read(StoreReader::identity));
        assertEquals(RecordState.ABSENT, read(r -> r.record(key("a"))));
        assertEquals(List.of(), read(r -> r.events(key("a"))));
        assertEquals(List.of(), keys(null));
        assertEquals(List.of(), read(StoreReader::collections));
        assertEquals(0, count(StoreReader::conflictCount));
        assertNull(read(r -> r.event(id(OWN, 1))));
        assertNull(read(r -> r.event(id(2, 1))));
        assertEquals(OwnHead.NONE, read(StoreReader::ownHead));
        assertEquals(0, count(StoreReader::observedReading));
        assertEquals(List.of(), read(StoreReader::chains));
        assertEquals(List.of(), outbox(REMOTE));
        assertEquals(0, count(r -> r.pendingEvents(REMOTE)));
        assertNull(read(r -> r.cursor(REMOTE)));
        assertEquals(SyncOutcome.NEVER, read(r -> r.outcome(REMOTE)));
        assertEquals(0, count(StoreReader::quarantineCount));
    }

    @Test
    void surviveLossOfPower_atAnyPointOfATransaction_isPartOfIt() {
        identify();
        write(StoreTransaction::surviveLossOfPower);
        write(tx -> {
            tx.surviveLossOfPower();
            tx.addEvent(put(OWN, 1, key("a"), "one"), EventState.APPLIED);
            tx.surviveLossOfPower();
        });
        write(tx -> {
            assertEquals(1, tx.ownHead().counter());
            tx.surviveLossOfPower();
            tx.addEvent(put(OWN, 2, key("a"), "two"), EventState.APPLIED);
        });
        undo(tx -> {
            tx.surviveLossOfPower();
            tx.addEvent(put(OWN, 3, key("a"), "three"), EventState.APPLIED);
        });
        undo(tx -> {
            tx.addEvent(put(OWN, 3, key("a"), "three"), EventState.APPLIED);
            tx.surviveLossOfPower();
        });
        assertEquals(2, count(r -> r.ownHead().counter()));
        write(tx -> tx.addEvent(put(OWN, 3, key("a"), "three again"), EventState.APPLIED));
        assertEquals(3, read(r -> r.events(key("a"))).size());
    }

    @Test
    void reader_usedAfterItsRead_isRefused() {
        write(tx -> tx.setRecord(key("a"), stateOf(put(OWN, 1, key("a"), "one"))));
        StoreReader escaped = store.<StoreReader>read(r -> r);
        assertThrows(IllegalStateException.class, () -> escaped.record(key("a")));
        assertThrows(IllegalStateException.class, escaped::identity);
        assertThrows(IllegalStateException.class, () -> escaped.records(null, (key, value) -> {}));
    }

    @Test
    void transaction_usedAfterItsWrite_isRefused() {
        StoreTransaction escaped = store.<StoreTransaction>write(tx -> tx);
        assertThrows(IllegalStateException.class, () -> escaped.record(key("a")));
        assertThrows(
                IllegalStateException.class, () -> escaped.addEvent(put(OWN, 1, key("a"), "one"), EventState.APPLIED));
        assertThrows(IllegalStateException.class, escaped::surviveLossOfPower);
        assertThrows(IllegalStateException.class, () -> escaped.observe(5));
        AtomicReference<@Nullable StoreTransaction> undone = new AtomicReference<>();
        undo(undone::set);
        StoreTransaction second = present(undone.get());
        assertThrows(IllegalStateException.class, () -> second.removeFromQuarantine("a"));
        assertEquals(0, count(StoreReader::observedReading));
    }

    // Threads

    @Test
    void read_whileOthersWrite_seesOneMoment() throws InterruptedException {
        write(tx -> setBoth(tx, 0));
        CountDownLatch readOnce = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        Thread writer = background(() -> {
            await(readOnce);
            write(tx -> setBoth(tx, 1));
            written.countDown();
        });
        read(r -> {
            RecordState before = r.record(key("a"));
            readOnce.countDown();
            // A store may let the writer wait for this reader, so do not insist.
            awaitAtMost(written, 300);
            assertEquals(before, r.record(key("a")));
            assertEquals(before.value(), r.record(key("b")).value());
            return true;
        });
        join(writer);
        assertEquals(json("1"), read(r -> r.record(key("b"))).value());
    }

    @Test
    void read_andWriteFromManyThreads_neverMeetHalfATransaction() throws InterruptedException {
        int writers = 3;
        int rounds = 40;
        identify();
        write(tx -> setBoth(tx, 0));
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            threads.add(background(() -> guard(failed, () -> {
                while (!done.get()) {
                    read(r -> {
                        assertEquals(
                                r.record(key("a")).value(), r.record(key("b")).value());
                        assertEquals(r.ownHead().counter(), r.events(key("a")).size());
                        return true;
                    });
                }
            })));
        }
        List<Thread> writing = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            writing.add(background(() -> guard(failed, () -> {
                for (int round = 0; round < rounds; round++) {
                    write(tx -> {
                        long next = tx.ownHead().counter() + 1;
                        setBoth(tx, next);
                        tx.addEvent(put(OWN, next, key("a"), "x"), EventState.APPLIED);
                    });
                }
            })));
        }
        for (Thread thread : writing) {
            join(thread);
        }
        done.set(true);
        for (Thread thread : threads) {
            join(thread);
        }
        assertNull(failed.get(), () -> "a thread failed: " + failed.get());
        assertEquals((long) writers * rounds, count(r -> r.ownHead().counter()));
    }

    private static void setBoth(StoreTransaction tx, long number) {
        for (String id : List.of("a", "b")) {
            tx.setRecord(key(id), stateOf(put(OWN, number + 1, key(id), Long.toString(number))));
        }
    }

    private static void guard(AtomicReference<@Nullable Throwable> failed, Runnable work) {
        try {
            work.run();
        } catch (Throwable thrown) {
            failed.compareAndSet(null, thrown);
        }
    }

    private static Thread background(Runnable work) {
        Thread thread = new Thread(work, "store contract");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void join(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertFalse(thread.isAlive(), "a thread hangs in the store");
    }

    private static void await(CountDownLatch latch) {
        assertTrue(awaitAtMost(latch, TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)), "nobody came");
    }

    private static boolean awaitAtMost(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted", interrupted);
        }
    }

    // Closing

    @Test
    void close_twice_isHarmlessAndUseIsRefused() {
        store.close();
        store.close();
        for (Runnable use : List.<Runnable>of(() -> read(r -> "x"), () -> write(tx -> {}))) {
            StoreException refused = assertThrows(StoreException.class, use::run);
            assertEquals(StoreException.Kind.CLOSED, refused.kind());
        }
    }

    @Test
    void reopen_afterClose_findsEverything() {
        write(this::writeOneOfEverything);
        List<Conflict> conflicts = read(StoreReader::conflicts);
        store.close();
        Store reopened = reopen(store);
        assumeTrue(reopened != null, "this store keeps nothing beyond its close");
        store = present(reopened);
        writeNothingNew();
        assertEquals(conflicts, read(StoreReader::conflicts));
        assertEquals(new OwnHead(1, READING + 1), read(StoreReader::ownHead));
        assertEquals(READING + 77, count(StoreReader::observedReading));
        assertEquals(BlockedBy.OFFLINE, read(r -> r.outcome(REMOTE)).blockedBy());
        assertEquals(1, outbox(REMOTE).size());
        assertArrayEquals(new byte[3], bytes("q"));
        EnvelopeHash last = outbox(REMOTE).get(0).hash();
        write(tx -> {
            Envelope next = envelope(OWN, 2, 2, last);
            tx.addEvent(put(OWN, 2, key("c"), "two"), EventState.APPLIED);
            tx.addEnvelope(next, 2);
            tx.addToOutbox(REMOTE, next.hash());
        });
        assertEquals(2, outbox(REMOTE).size());
    }

    private void writeNothingNew() {
        write(tx -> assertThrows(
                IllegalStateException.class, () -> tx.addEvent(put(OWN, 1, key("a"), "one"), EventState.APPLIED)));
    }
}
