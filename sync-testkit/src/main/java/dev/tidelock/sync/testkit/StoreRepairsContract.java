package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.SPACE;
import static dev.tidelock.sync.testkit.StoreSamples.chain;
import static dev.tidelock.sync.testkit.StoreSamples.device;
import static dev.tidelock.sync.testkit.StoreSamples.event;
import static dev.tidelock.sync.testkit.StoreSamples.key;
import static dev.tidelock.sync.testkit.StoreSamples.put;
import static dev.tidelock.sync.testkit.StoreSamples.stateOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreIdentity;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What takes back or replaces, and what is kept of others' words and deeds. A part of {@link StoreContract}. */
abstract class StoreRepairsContract extends StoreTransactionsContract {
    @Test
    void voidedEvents_areThoseThatShowThrough() {
        write(tx -> {
            tx.addEvent(put(2, 1, key("a"), "one"), EventState.APPLIED);
            tx.addEvent(put(2, 2, key("a"), "two"), EventState.APPLIED);
            tx.addEvent(put(2, 3, key("a"), "three"), EventState.APPLIED);
            tx.setState(device(2), new TransactionSpan(2, 1), EventState.VOID);
            tx.setState(device(2), new TransactionSpan(3, 1), EventState.VOID_UNREAD);
        });
        assertEquals(List.of(put(2, 1, key("a"), "one")), read(r -> RecordEvents.of(r, key("a"))));
        assertEquals(List.of(put(2, 2, key("a"), "two")), read(r -> RecordEvents.of(r, key("a"), EventState.VOID)));
        assertEquals(
                EventState.VOID_UNREAD,
                present(read(r -> r.event(StoreSamples.id(2, 3)))).state());
    }

    @Test
    void recordCount_countsRecordsWithAValue() {
        Event gone = event(2, 2, key("b"), Op.delete());
        write(tx -> {
            tx.setRecord(key("a"), stateOf(put(2, 1, key("a"), "one")));
            tx.setRecord(key("b"), StoreSamples.deleted(gone));
        });
        assertEquals(1, count(r -> r.recordCount()));
    }

    @Test
    void removeEvents_takesThemAndTheirEnvelopesBack() {
        identify();
        List<Envelope> envelopes = chain(OWN, 3, 2);
        write(tx -> {
            for (int counter = 1; counter <= 7; counter++) {
                tx.addEvent(put(OWN, counter, key("a" + counter % 2), "text " + counter), EventState.APPLIED);
            }
            envelopes.forEach(envelope -> {
                tx.addEnvelope(envelope, 1000);
                tx.addToOutbox(REMOTE, envelope.hash());
            });
            tx.markInLog(REMOTE, List.of(envelopes.get(1).hash()));
        });
        undo(tx -> tx.removeEvents(device(OWN), 3));
        assertEquals(3, count(r -> r.outboxCount(REMOTE)));
        assertEquals(7, read(r -> r.ownHead()).counter());

        List<Event> removed = store.write(tx -> tx.removeEvents(device(OWN), 3));

        assertEquals(
                List.of(3L, 4L, 5L, 6L, 7L),
                removed.stream().map(e -> e.id().counter()).collect(Collectors.toList()));
        assertEquals("text 7", text(removed.get(4)));
        assertEquals(2, read(r -> r.ownHead()).counter());
        assertEquals(1, count(r -> r.outboxCount(REMOTE)));
        assertEquals(2, count(r -> r.pendingEvents(REMOTE)));
        assertEquals(2, present(read(r -> r.chain(device(OWN)))).lastCounter());
        assertEquals(
                envelopes.get(0).hash(),
                present(read(r -> r.chain(device(OWN)))).lastHash());
        assertFalse(is(r -> r.hasEnvelope(envelopes.get(1).hash())));
        assertFalse(is(r -> r.isInLog(REMOTE, envelopes.get(1).hash())));
        assertEquals(List.of(put(OWN, 1, key("a1"), "text 1")), read(r -> RecordEvents.of(r, key("a1"))));

        Envelope other = StoreSamples.envelope(OWN, 3, 4, envelopes.get(0).hash(), 200);
        write(tx -> {
            tx.addEvent(put(OWN, 3, key("b"), "another"), EventState.APPLIED);
            tx.addEvent(put(OWN, 4, key("a0"), "yet another"), EventState.APPLIED);
            tx.addEnvelope(other, 2000);
            tx.addToOutbox(REMOTE, other.hash());
        });
        assertEquals(List.of(envelopes.get(0), other), read(r -> r.outbox(REMOTE, Set.of(), 10, Long.MAX_VALUE)));
        assertEquals(2, read(r -> RecordEvents.of(r, key("a0"))).size());
    }

    private static String text(Event event) {
        return event.op().value().toString().replaceAll(".*:\"|\"}", "");
    }

    @Test
    void removeEvents_ofAllOfADevice_leavesNoChain() {
        List<Envelope> envelopes = chain(2, 2, 1);
        write(tx -> envelopes.forEach(envelope -> tx.addEnvelope(envelope, 1000)));
        write(tx -> assertTrue(tx.removeEvents(device(2), 1).isEmpty()));
        assertTrue(is(r -> r.chain(device(2)) == null && r.chains().isEmpty()));
        write(tx -> tx.addEnvelope(envelopes.get(0), 1000));
        assertEquals(1, present(read(r -> r.chain(device(2)))).lastCounter());
    }

    @Test
    void removeEvents_inTheMiddleOfAnEnvelope_isRefused() {
        write(tx -> tx.addEnvelope(chain(2, 1, 3).get(0), 1000));
        undo(tx -> assertThrows(IllegalStateException.class, () -> tx.removeEvents(device(2), 2)));
        assertEquals(3, present(read(r -> r.chain(device(2)))).lastCounter());
    }

    @Test
    void replaceIdentity_givesTheStoreToAnotherDeviceOfTheSpace() {
        StoreIdentity other = new StoreIdentity(SPACE, device(3));
        undo(tx -> assertThrows(IllegalStateException.class, () -> tx.replaceIdentity(other)));
        identify();
        write(tx -> tx.addEvent(put(OWN, 1, key("a"), "mine"), EventState.APPLIED));
        undo(tx -> assertThrows(IllegalStateException.class, () -> tx.replaceIdentity(other)));
        write(tx -> {
            tx.addEnvelope(chain(OWN, 1, 1).get(0), 1000);
            tx.replaceIdentity(other);
            assertEquals(0, tx.ownHead().counter());
        });
        assertEquals(other, read(r -> r.identity()));
        assertEquals(0, count(r -> r.pendingEvents(REMOTE)));
        write(tx -> tx.addEvent(put(3, 1, key("a"), "mine again"), EventState.APPLIED));
        assertEquals(1, read(r -> r.ownHead()).counter());
        assertEquals(1, count(r -> r.pendingEvents(REMOTE)));
        StoreIdentity elsewhere = new StoreIdentity(SpaceId.of(filled()), device(3));
        undo(tx -> assertThrows(IllegalStateException.class, () -> tx.replaceIdentity(elsewhere)));
    }

    private static byte[] filled() {
        byte[] bytes = new byte[SpaceId.BYTES];
        bytes[0] = 1;
        return bytes;
    }

    @Test
    void markInLog_isKeptPerRemoteUntilForgotten() {
        Envelope kept = chain(2, 1, 1).get(0);
        EnvelopeHash notKept = chain(3, 1, 1).get(0).hash();
        write(tx -> {
            tx.addEnvelope(kept, 1000);
            tx.markInLog(REMOTE, List.of(kept.hash(), notKept));
            tx.markInLog(REMOTE, List.of(kept.hash()));
        });
        assertTrue(is(r -> r.isInLog(REMOTE, kept.hash())));
        assertFalse(is(r -> r.isInLog(REMOTE, notKept)));
        assertFalse(is(r -> r.isInLog(OTHER_REMOTE, kept.hash())));
        write(tx -> tx.forgetLog(OTHER_REMOTE));
        undo(tx -> tx.forgetLog(REMOTE));
        assertTrue(is(r -> r.isInLog(REMOTE, kept.hash())));
        write(tx -> tx.forgetLog(REMOTE));
        assertFalse(is(r -> r.isInLog(REMOTE, kept.hash())));
    }

    @Test
    void seenHeads_keepTheLastWordOfEachAboutEach() {
        EnvelopeHash one = chain(2, 1, 1).get(0).hash();
        EnvelopeHash two = chain(3, 1, 1).get(0).hash();
        SeenHead former = new SeenHead(device(2), device(3), 5, one);
        SeenHead later = new SeenHead(device(2), device(3), 9, two);
        SeenHead another = new SeenHead(device(3), device(2), 4, one);
        write(tx -> tx.setSeenHead(former));
        undo(tx -> tx.setSeenHead(later));
        assertEquals(List.of(former), read(r -> r.seenHeads()));
        write(tx -> {
            tx.setSeenHead(later);
            tx.setSeenHead(another);
        });
        assertEquals(Set.of(later, another), Set.copyOf(read(r -> r.seenHeads())));
    }

    @Test
    void incidents_areOnePerKindAndDevice() {
        Incident first = new Incident(Incident.Kind.WITHHELD, device(2), "4 to 6", true, 1000, 1000, 1);
        Incident rollback = new Incident(Incident.Kind.ROLLED_BACK, null, "3 envelopes", false, 500, 500, 1);
        write(tx -> {
            tx.setIncident(first);
            tx.setIncident(rollback);
            tx.setIncident(first.again("4 to 9", 2000));
        });
        assertEquals(List.of(rollback, first.again("4 to 9", 2000)), read(r -> r.incidents()));
        undo(tx -> tx.removeIncidents());
        assertEquals(2, read(r -> r.incidents()).size());
        write(tx -> tx.removeIncidents());
        assertTrue(read(r -> r.incidents()).isEmpty());
    }
}
