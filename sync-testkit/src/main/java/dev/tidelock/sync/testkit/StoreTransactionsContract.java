package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.READING;
import static dev.tidelock.sync.testkit.StoreSamples.SPACE;
import static dev.tidelock.sync.testkit.StoreSamples.conflict;
import static dev.tidelock.sync.testkit.StoreSamples.device;
import static dev.tidelock.sync.testkit.StoreSamples.envelope;
import static dev.tidelock.sync.testkit.StoreSamples.event;
import static dev.tidelock.sync.testkit.StoreSamples.id;
import static dev.tidelock.sync.testkit.StoreSamples.key;
import static dev.tidelock.sync.testkit.StoreSamples.put;
import static dev.tidelock.sync.testkit.StoreSamples.stateOf;
import static dev.tidelock.sync.testkit.StoreSamples.withConflicts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.status.BlockedBy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cursors, outcomes and quarantine, and transactions that are whole. A part of {@link StoreContract}. */
abstract class StoreTransactionsContract extends StoreEnvelopesContract {
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
    void note_setReplacedAndForgotten_isPerName() {
        assertNull(read(r -> r.note("folded")));
        write(tx -> {
            tx.setNote("folded", "{\"a\":\"\u00e4 1\"}");
            assertEquals("{\"a\":\"\u00e4 1\"}", tx.note("folded"));
            tx.setNote("other", "");
        });
        write(tx -> tx.setNote("folded", "{}"));
        assertEquals("{}", read(r -> r.note("folded")));
        assertEquals("", read(r -> r.note("other")));
        write(tx -> {
            tx.setNote("folded", null);
            tx.setNote("never set", null);
        });
        assertNull(read(r -> r.note("folded")));
        assertEquals("", read(r -> r.note("other")));
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
            assertEquals(late, tx.quarantined("b"));
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
            assertNull(tx.quarantined("b"));
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
            assertEquals(item, read(reader -> reader.quarantined(item.id())));
        }
        assertNull(read(reader -> reader.quarantined("unknown")));
        assertEquals(
                Arrays.stream(QuarantineItem.Reason.values())
                        .filter(QuarantineItem.Reason::isHeldBack)
                        .count(),
                count(StoreReader::heldCount));
        assertEquals(QuarantineItem.Reason.values().length, count(StoreReader::quarantineCount));
    }

    static QuarantineItem item(String id, long sinceMillis) {
        return new QuarantineItem(id, QuarantineItem.Reason.BAD_SEAL, device(2), 4, 2, "detail of " + id, sinceMillis);
    }

    byte @Nullable [] bytes(String item) {
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

    void writeOwnAfterwards() {
        write(this::writeOneOfEverything);
        assertEquals(
                stateOf(put(OWN, 1, key("a"), "one")).value(),
                read(r -> r.record(key("a"))).value());
        assertEquals(new OwnHead(1, READING + 1), read(StoreReader::ownHead));
        assertEquals(1, outbox(REMOTE).size());
    }

    void writeOneOfEverything(StoreTransaction tx) {
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

    void assertNothingIsThere() {
        assertNull(read(StoreReader::identity));
        assertEquals(RecordState.ABSENT, read(r -> r.record(key("a"))));
        assertEquals(List.of(), read(r -> RecordEvents.of(r, key("a"))));
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
        assertEquals(3, read(r -> RecordEvents.of(r, key("a"))).size());
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
}
