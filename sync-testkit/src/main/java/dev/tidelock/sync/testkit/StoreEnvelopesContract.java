package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.SPACE;
import static dev.tidelock.sync.testkit.StoreSamples.authorKey;
import static dev.tidelock.sync.testkit.StoreSamples.chain;
import static dev.tidelock.sync.testkit.StoreSamples.device;
import static dev.tidelock.sync.testkit.StoreSamples.envelope;
import static dev.tidelock.sync.testkit.StoreSamples.event;
import static dev.tidelock.sync.testkit.StoreSamples.id;
import static dev.tidelock.sync.testkit.StoreSamples.key;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.PlacedEnvelope;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Chains of envelopes and the outbox. A part of {@link StoreContract}. */
abstract class StoreEnvelopesContract extends StoreEventsContract {
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

    static void assertChain(
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

    @Test
    void outbox_envelopesOfSomeDevices_arePassedOver() {
        identify();
        List<Envelope> own = chain(OWN, 2, 1);
        List<Envelope> peers = chain(2, 2, 1);
        write(tx -> {
            for (Envelope envelope : List.of(peers.get(0), own.get(0), peers.get(1), own.get(1))) {
                tx.addEnvelope(envelope, 5);
                tx.addToOutbox(REMOTE, envelope.hash());
            }
        });
        assertEquals(own, read(r -> r.outbox(REMOTE, Set.of(device(2), device(9)), 10, 1 << 20)));
        assertEquals(List.of(own.get(0)), read(r -> r.outbox(REMOTE, Set.of(device(2)), 1, 1 << 20)));
        assertEquals(List.of(), read(r -> r.outbox(REMOTE, Set.of(device(2), device(OWN)), 10, 1 << 20)));
    }

    List<Envelope> outbox(String remote) {
        return read(r -> r.outbox(remote, Set.of(), 1000, 1 << 30));
    }

    @Test
    void outbox_bounds_areKeptButForTheFirst() {
        List<Envelope> chain = chain(2, 4, 1);
        write(tx -> chain.forEach(envelope -> {
            tx.addEnvelope(envelope, 1);
            tx.addToOutbox(REMOTE, envelope.hash());
        }));
        long two = (long) chain.get(0).length() + chain.get(1).length();
        assertEquals(chain.subList(0, 3), read(r -> r.outbox(REMOTE, Set.of(), 3, 1 << 20)));
        assertEquals(chain.subList(0, 2), read(r -> r.outbox(REMOTE, Set.of(), 10, two)));
        assertEquals(chain.subList(0, 1), read(r -> r.outbox(REMOTE, Set.of(), 10, two - 1)));
        assertEquals(chain.subList(0, 1), read(r -> r.outbox(REMOTE, Set.of(), 1, two)));
        assertEquals(chain.subList(0, 1), read(r -> r.outbox(REMOTE, Set.of(), 10, 1)));
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

    int missing(long head) {
        String remote = "head " + head;
        int added = added(tx -> tx.addMissingToOutbox(remote, Map.of(device(2), head)));
        assertEquals(added, count(r -> r.outboxCount(remote)));
        return added;
    }

    @Test
    void missing_byWhatIsKnown_isTheRestInTheOrderOfHolding() {
        Envelope first = envelope(2, 1, 3, EnvelopeHash.NONE);
        Envelope others = envelope(3, 1, 1, EnvelopeHash.NONE);
        Envelope second = envelope(2, 4, 4, first.hash());
        List<Envelope> kept = List.of(first, others, second);
        write(tx -> kept.forEach(envelope -> tx.addEnvelope(envelope, 1)));
        assertEquals(kept, missing(Map.of(), 0));
        assertEquals(List.of(others, second), missing(Map.of(device(2), 3L), 0));
        assertEquals(kept, missing(Map.of(device(2), 2L), 0), "who knows a part of an envelope lacks it");
        assertEquals(List.of(others), missing(Map.of(device(2), 4L, device(4), 9L), 0));
        assertEquals(List.of(), missing(Map.of(device(2), 4L, device(3), 1L), 0));
    }

    private List<Envelope> missing(Map<DeviceId, Long> known, long afterPlace) {
        return read(r -> r.missing(known, afterPlace, 100, Long.MAX_VALUE)).stream()
                .map(PlacedEnvelope::envelope)
                .collect(Collectors.toList());
    }

    @Test
    void missing_partByPart_givesEachOnce() {
        EnvelopeHash previous = EnvelopeHash.NONE;
        List<Envelope> kept = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            Envelope next = envelope(2, i, i, previous);
            Envelope others = envelope(2 + i, 1, 1, EnvelopeHash.NONE);
            previous = next.hash();
            kept.addAll(List.of(next, others));
            write(tx -> {
                tx.addEnvelope(next, 1);
                tx.addEnvelope(others, 1);
            });
        }
        List<Envelope> found = new ArrayList<>();
        long place = 0;
        List<PlacedEnvelope> part = read(r -> r.missing(Map.of(), 0, 3, Long.MAX_VALUE));
        while (!part.isEmpty()) {
            assertTrue(part.size() <= 3);
            part.forEach(one -> found.add(one.envelope()));
            assertTrue(part.get(0).place() > place);
            place = part.get(part.size() - 1).place();
            long after = place;
            part = read(r -> r.missing(Map.of(), after, 3, Long.MAX_VALUE));
        }
        assertEquals(kept, found);
        assertEquals(1, read(r -> r.missing(Map.of(), 0, 100, 1)).size(), "one at least, however long");
    }
}
