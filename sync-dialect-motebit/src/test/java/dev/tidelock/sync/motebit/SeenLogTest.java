package dev.tidelock.sync.motebit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.testkit.TestSealer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SeenLogTest {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    private final TestSealer sealer = TestSealer.of(SPACE, 1);
    private final SeenLog log = new SeenLog(new LogId("log"), sealer::isSigned);
    private int ids;

    private List<Envelope> chain(int count) {
        List<Envelope> chain = new ArrayList<>();
        EnvelopeHash before = EnvelopeHash.NONE;
        for (int i = 1; i <= count; i++) {
            Envelope next = sealer.seal(i, 1, before, new byte[40]);
            before = next.hash();
            chain.add(next);
        }
        return chain;
    }

    private void read(SeenLog.Reading reading, Envelope envelope, long clock) {
        reading.event(clock);
        reading.envelope(new UUID(0, ids++), clock, envelope);
    }

    private static void meet(SeenLog.Reading reading, UUID event, long clock, Envelope envelope) {
        if (!reading.isKnown(event)) {
            reading.envelope(event, clock, envelope);
        }
    }

    private List<EnvelopeHash> order() {
        return log.order().stream().map(seen -> seen.hash).toList();
    }

    private static List<EnvelopeHash> hashes(List<Envelope> envelopes) {
        return envelopes.stream().map(Envelope::hash).toList();
    }

    @Test
    void read_inAnyOrder_isShownAsTheChain() {
        List<Envelope> chain = chain(4);
        SeenLog.Reading reading = log.read();
        assertTrue(reading.isWhole());
        read(reading, chain.get(0), 5);
        read(reading, chain.get(3), 2);
        read(reading, chain.get(1), 9);
        read(reading, chain.get(2), 1);
        reading.end();
        assertEquals(hashes(chain), order());
        assertEquals(10, log.nextClock());
        assertEquals(Map.of(sealer.device(), 4L), log.headCounters());
        assertFalse(log.isSuspect());
    }

    @Test
    void read_afterAGap_standsAside() {
        List<Envelope> chain = chain(3);
        SeenLog.Reading reading = log.read();
        read(reading, chain.get(0), 2);
        read(reading, chain.get(2), 4);
        reading.end();
        assertEquals(hashes(chain.subList(0, 1)), order());
        assertTrue(log.holds(chain.get(2).hash()));
        assertFalse(log.hasInPlace(chain.get(2).hash()));
        assertEquals(1, log.head(sealer.device()).last);
    }

    @Test
    void read_copyWithAHighClock_movesNothing() {
        Envelope first = chain(1).get(0);
        SeenLog.Reading reading = log.read();
        read(reading, first, 2);
        read(reading, first, WireEvent.CLOCK_MAX);
        read(reading, first, Long.MAX_VALUE);
        reading.end();
        assertEquals(3, log.nextClock());
        assertTrue(log.lateClock() < 2);
        assertEquals(hashes(List.of(first)), order());
    }

    @Test
    void read_sameEnvelopeUnderFreshIdsAgainAndAgain_isKeptOnceWithAFewIds() {
        List<Envelope> chain = chain(2);
        int remembered = 0;
        for (int round = 0; round < 3; round++) { // a reading of all, and of the end
            SeenLog.Reading reading = log.read();
            meet(reading, new UUID(1, 0), 500, chain.get(0));
            meet(reading, new UUID(1, 1), 1001, chain.get(1));
            for (int copy = 0; copy < 1000 * (round + 1); copy++) {
                meet(reading, new UUID(2, copy), copy == 999 ? 501 : 1002, chain.get(1));
            }
            reading.end();
        }
        SeenLog.Reading end = log.read();
        assertFalse(end.isWhole());
        remembered += end.isKnown(new UUID(1, 1)) ? 1 : 0;
        for (int copy = 0; copy < 3000; copy++) {
            remembered += end.isKnown(new UUID(2, copy)) ? 1 : 0;
        }
        assertEquals(SeenLog.EVENTS_PER_ENVELOPE_MAX, remembered);
        assertEquals(hashes(chain), order());
        assertEquals(501, log.order().get(1).clock, "the lowest of all");
        end.isKnown(new UUID(1, 0));
        end.end();
        assertFalse(log.isSuspect(), "what is not remembered is not missed");
    }

    @Test
    void nextClock_atTheEndOfAllClocks_staysThere() {
        SeenLog.Reading reading = log.read();
        read(reading, chain(1).get(0), WireEvent.CLOCK_MAX);
        reading.end();
        assertEquals(WireEvent.CLOCK_MAX, log.nextClock());
        SeenLog.Reading next = log.read();
        assertFalse(next.isWhole());
        assertEquals(WireEvent.CLOCK_MAX - SeenLog.OVERLAP_CLOCKS, next.after);
    }

    @Test
    void read_notSigned_isNotSeen() {
        Envelope genuine = chain(1).get(0);
        byte[] signature = genuine.signature();
        signature[0] ^= 1;
        SeenLog.Reading reading = log.read();
        assertNull(reading.envelope(new UUID(0, 0), 2, Envelope.of(genuine.header(), genuine.body(), signature)));
        reading.end();
        assertEquals(List.of(), order());
    }

    @Test
    void read_authorKeyComesLast_asksToReadAgain() {
        List<Envelope> chain = chain(2);
        for (int i = 0; i < 2; i++) {
            assertTrue(log.isSuspect());
            SeenLog.Reading reading = log.read();
            assertTrue(reading.isWhole());
            read(reading, chain.get(1), 2);
            read(reading, chain.get(0), 3);
            reading.end();
        }
        assertEquals(hashes(chain), order());
        assertFalse(log.isSuspect());
    }

    @Test
    void read_twoClaimOnePlace_theLowerHashHasItWhateverTheClocks() {
        Envelope first = chain(1).get(0);
        Envelope one = sealer.seal(2, 1, first.hash(), new byte[41]);
        Envelope other = sealer.seal(2, 1, first.hash(), new byte[42]);
        boolean oneIsLower = one.hash().toString().compareTo(other.hash().toString()) < 0;
        for (long clock : new long[] {3, 5}) {
            SeenLog again = new SeenLog(new LogId("log"), sealer::isSigned);
            SeenLog.Reading reading = again.read();
            reading.envelope(new UUID(0, 1), 2, first);
            reading.envelope(new UUID(0, 2), clock, one);
            reading.envelope(new UUID(0, 3), 4, other);
            reading.end();
            Seen last = again.order().get(1);
            assertEquals(2, again.order().size());
            assertEquals(oneIsLower ? one.hash() : other.hash(), last.hash);
            assertTrue(last.contested);
            assertFalse(again.order().get(0).contested);
        }
    }

    @Test
    void read_theEndOnly_noticesWhatIsGone() {
        List<Envelope> chain = chain(200);
        SeenLog.Reading reading = log.read();
        for (int i = 0; i < 200; i++) {
            read(reading, chain.get(i), i + 2);
        }
        reading.end();
        SeenLog.Reading end = log.read();
        assertEquals(201 - SeenLog.OVERLAP_CLOCKS, end.after);
        for (int i = 0; i < 199; i++) {
            end.isKnown(new UUID(0, i));
        }
        end.end();
        assertTrue(log.isSuspect(), "the last one was not met");
    }

    @Test
    void read_everySoOften_isWhole() {
        List<Envelope> chain = chain(100);
        int whole = 0;
        for (int round = 0; round < 3 * (SeenLog.READINGS_PER_WHOLE + 1); round++) {
            SeenLog.Reading reading = log.read();
            for (int i = 0; i < 100; i++) {
                if (i + 2 > reading.after && !reading.isKnown(new UUID(1, i))) {
                    reading.envelope(new UUID(1, i), i + 2, chain.get(i));
                }
            }
            reading.end();
            whole += reading.isWhole() ? 1 : 0;
        }
        assertEquals(3, whole);
    }

    @Test
    void lateEvent_announcedSoonAfterAWholeReading_isLookedForAFewReadingsLater() {
        List<Envelope> chain = chain(2);
        SeenLog.Reading all = log.read();
        meet(all, new UUID(1, 0), 1000, chain.get(0));
        all.end();
        log.suspectLateEvent();
        int readings = 0;
        SeenLog.Reading next = log.read();
        while (!next.isWhole()) {
            meet(next, new UUID(1, 0), 1000, chain.get(0));
            next.end();
            readings++;
            next = log.read();
        }
        assertEquals(4, readings);
        meet(next, new UUID(1, 0), 1000, chain.get(0));
        meet(next, new UUID(1, 1), 3, chain.get(1));
        next.end();
        assertEquals(hashes(chain), order());
        assertFalse(log.read().isWhole(), "it was found");
    }
}
