package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.READING;
import static dev.tidelock.sync.testkit.StoreSamples.device;
import static dev.tidelock.sync.testkit.StoreSamples.envelope;
import static dev.tidelock.sync.testkit.StoreSamples.event;
import static dev.tidelock.sync.testkit.StoreSamples.id;
import static dev.tidelock.sync.testkit.StoreSamples.json;
import static dev.tidelock.sync.testkit.StoreSamples.jsonOfLength;
import static dev.tidelock.sync.testkit.StoreSamples.key;
import static dev.tidelock.sync.testkit.StoreSamples.put;
import static dev.tidelock.sync.testkit.StoreSamples.stateOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Events, their states, and which of them are in no envelope yet. A part of {@link StoreContract}. */
abstract class StoreEventsContract extends StoreRecordsContract {
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
        assertEquals(List.of(put(2, 2, key("b"), "another")), read(r -> RecordEvents.of(r, key("b"))));
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
            assertSameEvents(List.of(one, two), RecordEvents.of(tx, key("a")));
        });
        assertSameEvents(List.of(one, two), read(r -> RecordEvents.of(r, key("a"))));
        assertEquals(List.of(), read(r -> RecordEvents.of(r, key("c"))));

        write(tx -> tx.setState(device(2), waiting.transaction(), EventState.APPLIED));
        assertSameEvents(List.of(one, two, waiting), read(r -> RecordEvents.of(r, key("a"))));
    }

    @Test
    void events_valueLongerThanAsked_isLeftOut() {
        Event fits = event(2, 1, key("a"), Op.put(jsonOfLength(100)));
        Event longer = event(2, 2, key("a"), Op.patch(jsonOfLength(101)), new TransactionSpan(2, 3), fits.id());
        Event named = event(2, 3, key("a"), Op.named("add", jsonOfLength(5_000)), longer.transaction(), longer.id());
        Event delete = event(2, 4, key("a"), Op.delete(), longer.transaction(), named.id());
        List<Event> all = List.of(fits, longer, named, delete);
        write(tx -> all.forEach(event -> tx.addEvent(event, EventState.APPLIED)));
        Set<ListedEvent> listed = new HashSet<>();
        read(r -> {
            r.events(key("a"), EventState.APPLIED, 100, listed::add);
            return true;
        });
        Set<ListedEvent> expected = Set.of(
                ListedEvent.whole(fits),
                ListedEvent.withoutValue(longer, Op.Kind.PATCH),
                ListedEvent.withoutValue(named, Op.Kind.NAMED),
                ListedEvent.whole(delete));
        assertEquals(expected, listed);
        assertSameEvents(all, read(r -> RecordEvents.of(r, key("a"))));
    }

    @Test
    void events_manyAndLong_areShownOnceEachWhileTheVisitorReads() {
        List<Event> all = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            Op op = i % 10 == 0 ? Op.put(jsonOfLength(60_000)) : Op.put(json("\"" + i + "\""));
            all.add(event(1 + i % 3, i, key("a"), op));
        }
        write(tx -> all.forEach(event -> tx.addEvent(event, EventState.APPLIED)));
        List<Event> shown = new ArrayList<>();
        read(r -> {
            r.events(key("a"), EventState.APPLIED, 0, listed -> {
                assertNull(listed.whole());
                shown.add(Objects.requireNonNull(r.event(listed.id())).event());
                if (shown.size() == 1) {
                    assertEquals(all.size(), RecordEvents.of(r, key("a")).size());
                }
            });
            return true;
        });
        assertSameEvents(all, shown);
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

    static void assertSameEvents(List<Event> expected, List<Event> actual) {
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

    List<EventState> states(int device, TransactionSpan span) {
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

    List<Event> writeOwn(long first, long last) {
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

    void assertPending(long atRemote, long atOtherRemote) {
        assertEquals(atRemote, count(r -> r.pendingEvents(REMOTE)));
        assertEquals(atOtherRemote, count(r -> r.pendingEvents(OTHER_REMOTE)));
    }
}
