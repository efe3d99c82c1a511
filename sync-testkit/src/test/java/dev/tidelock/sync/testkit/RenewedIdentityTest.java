package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncStatus;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies of copies, lost answers and wrong clocks around a renewed identity: every write counts once, and none goes back in time. */
@Timeout(120)
class RenewedIdentityTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device b = space.device(2);

    @AfterEach
    void close() {
        space.close();
    }

    /** Pushes arrive, their answers do not. */
    private static UnaryOperator<Transport> answersLost(boolean[] lost) {
        return inner -> new Defects.Through(inner) {
            @Override
            public PushReceipt push(List<Envelope> envelopes) throws TransportException {
                PushReceipt receipt = super.push(envelopes);
                if (lost[0]) {
                    throw new TransportException(TransportException.Kind.OFFLINE, "the answer is lost", null);
                }
                return receipt;
            }
        };
    }

    private TestSpace.Device withAnswersLost(boolean[] lost) {
        return space.device(TestSealer.of(TestSpace.SPACE, 1), 1, new MemoryDisk(), answersLost(lost), s -> s);
    }

    @Test
    void whatOthersHaveOverwritten_doesNotComeBack() throws Exception {
        boolean[] lost = {true};
        TestSpace.Device a = withAnswersLost(lost);
        a.put("1", "first");
        assertThrows(Exception.class, a::sync);
        b.sync();
        space.time.advance(Duration.ofMinutes(1));
        b.put("1", "second, having seen the first");
        b.sync();
        space.time.advance(Duration.ofMinutes(1));
        TestSpace.Device own = space.renewed(7, a.disk.copy());
        TestSpace.syncAll(own, b);
        assertEquals("\"second, having seen the first\"", b.get("1"));
        assertEquals(own.client.stateHash(), b.client.stateHash());
    }

    @Test
    void whatOthersHaveCounted_isNotCountedOnTopOfWhatTheyPut() throws Exception {
        boolean[] lost = {true};
        TestSpace.Device a = withAnswersLost(lost);
        a.add("n", 5);
        assertThrows(Exception.class, a::sync);
        b.sync();
        space.time.advance(Duration.ofMinutes(1));
        b.client.collection("notes").put("n", JsonValue.of(5));
        b.sync();
        TestSpace.Device own = space.renewed(7, a.disk.copy());
        TestSpace.syncAll(own, b);
        assertEquals("5", b.get("n"));
    }

    @Test
    void copyOfACopy_bothOfflineForLong() throws Exception {
        TestSpace.Device a = space.device(1);
        a.add("n", 1);
        a.sync();
        a.add("n", 10);
        TestSpace.Device one = space.renewed(7, a.disk.copy());
        one.add("n", 100);
        TestSpace.Device two = space.renewed(8, one.disk.copy());
        two.add("n", 1000);
        one.add("n", 10_000);
        a.add("n", 100_000);
        TestSpace.syncAll(two, a, one, b);
        assertEquals("111111", b.get("n"));
        assertEquals(a.client.stateHash(), b.client.stateHash());
        assertEquals(one.client.stateHash(), b.client.stateHash());
        assertEquals(two.client.stateHash(), b.client.stateHash());
    }

    @Test
    void twoCopiesOfOneStore_countWhatItHadNotSentOnce() throws Exception {
        TestSpace.Device a = space.device(1);
        a.add("n", 1);
        a.sync();
        a.add("n", 10);
        TestSpace.Device one = space.renewed(7, a.disk.copy());
        TestSpace.Device two = space.renewed(8, a.disk.copy());
        TestSpace.syncAll(one, two, a, b);
        assertEquals("11", b.get("n"));
    }

    @Test
    void copyOfAStoreWithAWrongClock_whileTheOriginalReDates() throws Exception {
        TestSpace.Device a = space.device(1);
        a.add("n", 1);
        a.sync();
        a.runtime.setClockOffset(Duration.ofDays(30));
        a.add("n", 10);
        TestSpace.Device copy = space.renewed(7, a.disk.copy());
        TestSpace.syncAll(a, copy, b);
        assertEquals("11", b.get("n"));
        assertEquals(copy.client.stateHash(), b.client.stateHash());
    }

    @Test
    void whatOthersHaveDiscarded_staysDiscarded() throws Exception {
        boolean[] lost = {false};
        TestSpace.Device a = withAnswersLost(lost);
        a.client.transaction(tx -> {
            for (int i = 0; i < 300; i++) {
                tx.put("notes", "r" + i, JsonValue.of("kept"));
            }
            return null;
        });
        TestSpace.syncAll(a, b);
        lost[0] = true;
        a.client.transaction(tx -> {
            for (int i = 0; i < 300; i++) {
                tx.delete("notes", "r" + i);
            }
            return null;
        });
        assertThrows(Exception.class, a::sync);
        b.sync();
        b.client.discardQuarantined(b.client.quarantine().get(0).id());
        b.sync();
        a.client.close();
        TestSpace.Device again = space.device(TestSealer.of(TestSpace.SPACE, 1), 99, a.disk, answersLost(lost), s -> s);
        assertThrows(Exception.class, again::sync); // it asks for the time first, and so learns of the discard
        assertEquals("\"kept\"", again.get("r7"));
        TestSpace.Device own = space.renewed(7, a.disk.copy());
        assertEquals("\"kept\"", own.get("r7"));
        TestSpace.syncAll(own, b);
        assertEquals(List.of(), b.client.quarantine());
        assertEquals("\"kept\"", b.get("r7"));
        assertEquals(own.client.stateHash(), b.client.stateHash());
    }

    @Test
    void whatOthersHaveDeleted_staysDeleted() throws Exception {
        boolean[] lost = {true};
        TestSpace.Device a = withAnswersLost(lost);
        a.put("1", "first");
        assertThrows(Exception.class, a::sync);
        b.sync();
        space.time.advance(Duration.ofMinutes(1));
        b.client.collection("notes").delete("1");
        b.sync();
        TestSpace.Device own = space.renewed(7, a.disk.copy());
        TestSpace.syncAll(own, b);
        assertEquals("absent", b.get("1"));
        assertEquals(own.client.stateHash(), b.client.stateHash());
    }

    @Test
    void whatOthersHaveDeleted_staysDeletedWhenItsAuthorReDatesIt() throws Exception {
        TestSpace.Device a = space.device(1);
        a.runtime.setClockOffset(Duration.ofDays(30));
        b.runtime.setClockOffset(Duration.ofDays(30));
        space.setRelayAhead(Duration.ofDays(30));
        a.put("1", "first");
        TestSpace.syncAll(a, b);
        b.client.collection("notes").delete("1");
        b.sync();
        a.runtime.setClockOffset(Duration.ZERO);
        b.runtime.setClockOffset(Duration.ZERO);
        space.setRelayAhead(Duration.ZERO);
        TestSpace.syncAll(a, b);
        assertEquals("absent", b.get("1"));
        assertEquals(a.client.stateHash(), b.client.stateHash());
    }

    @Test
    void backupRestored_afterTheRelayLostEverything_whatOthersHoldOfItIsKept() throws Exception {
        TestSpace.Device a = space.device(1);
        a.add("n", 1);
        a.put("1", "in the backup");
        MemoryDisk backup = a.disk.copy();
        a.put("2", "written after it");
        a.add("n", 10);
        TestSpace.syncAll(a, b);
        b.put("3", "of somebody else");
        b.sync();
        space.relay.reset();
        TestSpace.Device restored = space.reopened(a, backup);
        restored.sync();
        assertThrows(SyncException.class, b::sync);
        b.client.acceptRemoteLog();
        b.sync();
        assertEquals("\"written after it\"", b.get("2"));
        assertEquals("11", b.get("n"));
        restored.add("n", 100);

        TestSpace.Device c = space.device(3);
        TestSpace.syncAll(restored, b, c);
        assertEquals("111", c.get("n"));
        assertEquals("\"written after it\"", restored.get("2"));
        assertEquals(restored.client.stateHash(), b.client.stateHash());
        assertEquals(restored.client.stateHash(), c.client.stateHash());
        assertEquals(
                SyncStatus.State.SYNCED,
                c.client.status().state(),
                () -> c.client.status().toString());
    }

    @Test
    void copyThatFillsTheEmptiedRelayFirst_isNoticedByTheOriginal() throws Exception {
        TestSpace.Device a = space.device(1);
        a.sync();
        MemoryDisk copied = a.disk.copy();
        a.put("1", "of the original");
        a.sync();
        space.relay.reset();
        TestSpace.Device copy = space.reopened(a, copied);
        copy.client.acceptRemoteLog();
        copy.put("2", "of the copy");
        copy.sync();
        a.client.acceptRemoteLog();
        SyncException forked = assertThrows(SyncException.class, a::sync);
        assertEquals(BlockedBy.FORKED, forked.blockedBy());

        TestSpace.Device own = space.renewed(7, a.disk.copy());
        TestSpace.syncAll(own, copy, b);
        assertEquals("\"of the original\"", b.get("1"));
        assertEquals("\"of the copy\"", b.get("2"));
        assertEquals(own.client.stateHash(), b.client.stateHash());
        assertEquals(copy.client.stateHash(), b.client.stateHash());
    }

    @Test
    void eventsOfItsOwnInQuarantine_leaveNoItemBehind() throws Exception {
        TestSpace.Member other = space.member(9);
        TestSpace.Device failing = space.device(
                TestSealer.of(TestSpace.SPACE, 5),
                5,
                new MemoryDisk(),
                answersLost(new boolean[] {true}),
                s -> s.reducer("strict", (value, argument) -> {
                    if (value != null) {
                        throw new IllegalStateException("only on nothing");
                    }
                    return argument;
                }));
        failing.client.collection("notes").op("1", "strict", JsonValue.of(1));
        other.write(new RecordKey("notes", "1"), Op.put(JsonValue.of("is there")));
        other.send();
        assertThrows(Exception.class, failing::sync);
        assertEquals(1, failing.client.quarantine().size());
        TestSpace.Device own = space.device(
                TestSealer.of(TestSpace.SPACE, 6),
                6,
                failing.disk.copy(),
                t -> t,
                s -> s.renewIdentity().reducer("strict", (value, argument) -> argument));
        own.sync();
        assertEquals(List.of(), own.client.quarantine());
        assertEquals("1", own.get("1"));
    }
}
