package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Wrong clocks, copied databases, mass deletes and remotes that keep things to themselves: each is named, and loses nothing. */
class RepairTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device a = space.device(1);
    private final TestSpace.Device b = space.device(2);

    @AfterEach
    void close() {
        space.close();
    }

    private static List<Incident.Kind> incidents(TestSpace.Device device) {
        List<Incident.Kind> kinds = new ArrayList<>();
        device.client.status().incidents().forEach(incident -> kinds.add(incident.kind()));
        return kinds;
    }

    private static void assertSame(TestSpace.Device one, TestSpace.Device other) {
        assertEquals(one.client.stateHash(), other.client.stateHash());
    }

    // Clocks

    @Test
    void answerThatTookLong_isNoReasonToDistrustTheClock() throws Exception {
        TestSpace.Device slow = space.through(3, inner -> new Defects.Through(inner) {
            @Override
            public PullResult pull(PullRequest request) throws TransportException {
                PullResult result = super.pull(request);
                space.time.advance(Duration.ofMinutes(10)); // the lid was closed
                return result;
            }
        });
        slow.put("1", "one");
        slow.sync();
        assertEquals(List.of(), incidents(slow));
        assertEquals(0, slow.client.status().clockOffsetMillis());
    }

    @Test
    void clockFarAhead_eventsNotSentYet_getAnotherStamp() throws Exception {
        a.runtime.setClockOffset(Duration.ofDays(365));
        a.put("1", "from the future");
        a.put("2", "also");
        TestSpace.syncAll(a, b);
        assertEquals("\"also\"", b.get("2"));
        assertEquals(List.of(), b.client.quarantine());
        space.time.advance(Duration.ofMinutes(1));
        b.put("1", "honest and later");
        a.put("3", "still counted");
        TestSpace.syncAll(b, a);
        assertEquals("\"honest and later\"", a.get("1"));
        assertSame(a, b);
        assertEquals(List.of(Incident.Kind.OWN_CLOCK), incidents(a));
        assertEquals(3, space.relay.size());
    }

    @Test
    void clockThatJumpsAheadAfterASync_honestEditsStillWin() throws Exception {
        a.put("1", "before");
        TestSpace.syncAll(a, b);
        a.runtime.setClockOffset(Duration.ofDays(30));
        a.put("1", "stamped a month ahead");
        a.add("n", 5);
        TestSpace.syncAll(a, b);
        space.time.advance(Duration.ofMinutes(1));
        b.put("1", "later");
        b.add("n", 1);
        TestSpace.syncAll(b, a);
        assertEquals("\"later\"", a.get("1"));
        assertEquals("6", a.get("n"));
        assertSame(a, b);
        assertEquals(List.of(), b.client.quarantine());
    }

    @Test
    void clockFarAhead_whatWasSentIsVoidedAndIssuedAgain() throws Exception {
        // A relay that does not tell the time: the device learns of its clock only when that is put right.
        SimulatedRelay timeless = SimulatedRelay.forTestSealers(TestSpace.SPACE, 1, () -> 0);
        SecondLog silent = new SecondLog(timeless, envelope -> false);
        TestSpace.Device wrong = space.through(3, silent::around);
        wrong.runtime.setClockOffset(Duration.ofDays(30));
        wrong.put("1", "a month ahead");
        wrong.client.transaction(tx -> {
            tx.put("notes", "2", JsonValue.of("with"));
            return tx.put("notes", "3", JsonValue.of("it"));
        });
        wrong.add("n", 3);
        wrong.sync();
        b.sync();
        assertEquals("absent", b.get("1"));
        assertEquals(3, b.client.quarantine().size());
        assertEquals(
                QuarantineItem.Reason.FUTURE_CLOCK, b.client.quarantine().get(0).reason());
        Incident culprit = b.client.status().incidents().get(0);
        assertEquals(Incident.Kind.CLOCK_AHEAD, culprit.kind());
        assertEquals(wrong.sealer.device(), culprit.device());
        assertEquals(SyncStatus.State.ATTENTION, b.client.status().state());

        wrong.runtime.setClockOffset(Duration.ZERO);
        wrong.sync();
        b.sync();
        assertEquals("\"a month ahead\"", b.get("1"));
        assertEquals("\"it\"", b.get("3"));
        assertEquals("3", b.get("n"));
        assertEquals(List.of(), b.client.quarantine());
        assertEquals(SyncStatus.State.SYNCED, b.client.status().state());
        assertSame(wrong, b);

        space.time.advance(Duration.ofDays(60)); // the time of the first stamps comes, and nothing counts twice
        TestSpace.syncAll(wrong, b);
        assertEquals("3", b.get("n"));
        assertSame(wrong, b);
    }

    @Test
    void clockFarBehind_doesNotQuarantineHonestDevices() throws Exception {
        a.put("1", "now");
        a.sync();
        b.runtime.setClockOffset(Duration.ofDays(-3650));
        b.sync();
        assertEquals("\"now\"", b.get("1"));
        b.put("1", "edited with an old clock");
        TestSpace.syncAll(b, a);
        assertEquals("\"edited with an old clock\"", a.get("1"));
        assertEquals(List.of(), a.client.quarantine());
    }

    // Copies

    @Test
    void copyWithUnsentEvents_underANewIdentity_countsThemOnce() throws Exception {
        a.add("n", 1);
        a.sync();
        a.add("n", 10);
        a.put("1", "unsent");
        TestSpace.Device copy = space.renewed(7, a.disk.copy());
        copy.add("n", 100);
        a.add("n", 1000);
        TestSpace.syncAll(copy, a, b);
        assertEquals("1111", b.get("n"));
        assertEquals("\"unsent\"", b.get("1"));
        assertSame(a, b);
        assertSame(copy, b);
        assertEquals(List.of(), incidents(b));
    }

    @Test
    void copyThatNobodyNoticed_isFoundWithinOneSync_andNoWriteOfEitherIsLost() throws Exception {
        a.add("n", 1);
        a.sync();
        MemoryDisk copied = a.disk.copy();
        TestSpace.Device copy = space.reopened(a, copied);
        a.add("n", 10);
        a.put("1", "of the original");
        copy.add("n", 100);
        copy.put("2", "of the copy");
        a.sync();
        SyncException forked = assertThrows(SyncException.class, copy::sync);
        assertEquals(BlockedBy.FORKED, forked.blockedBy());
        assertEquals(SyncStatus.State.BLOCKED, copy.client.status().state());
        assertEquals(List.of(Incident.Kind.FORKED), incidents(copy));
        copy.put("3", "kept while blocked");
        copy.client.forgetIncidents();
        assertEquals(List.of(Incident.Kind.FORKED), incidents(copy), "it is for the user to do something about");

        TestSpace.Device own = space.renewed(7, copied.copy());
        TestSpace.syncAll(own, a, b);
        assertEquals("111", b.get("n"));
        assertEquals("\"of the original\"", b.get("1"));
        assertEquals("\"of the copy\"", b.get("2"));
        assertEquals("\"kept while blocked\"", b.get("3"));
        assertSame(a, b);
        assertSame(own, b);
        assertEquals(SyncStatus.State.SYNCED, own.client.status().state());
    }

    @Test
    void backupRestored_underANewIdentity_getsBackWhatItHadSentSince() throws Exception {
        a.put("1", "old");
        a.sync();
        MemoryDisk backup = a.disk.copy();
        a.put("1", "new");
        a.add("n", 5);
        a.sync();
        TestSpace.Device restored = space.reopened(a, backup);
        assertThrows(SyncException.class, restored::sync);
        TestSpace.Device own = space.renewed(7, backup.copy());
        TestSpace.syncAll(own, b);
        assertEquals("\"new\"", own.get("1"));
        assertEquals("5", own.get("n"));
        assertSame(own, b);
    }

    @Test
    void forkThatARollbackHid_isSettledByTheLog_andNothingIsLost() throws Exception {
        a.add("n", 1);
        TestSpace.syncAll(a, b);
        int before = space.relay.size();
        MemoryDisk copied = a.disk.copy();
        TestSpace.Device copy = space.reopened(a, copied);
        a.add("n", 10);
        a.put("1", "of the original");
        TestSpace.syncAll(a, b);
        space.relay.rollBackTo(before);
        copy.add("n", 100);
        copy.put("2", "of the copy");
        copy.sync();
        TestSpace.Device c = space.device(4);
        c.sync();
        c.put("3", "has seen the copy's");
        c.sync();
        b.put("4", "has seen the original's");
        b.sync();
        c.sync();
        assertThrows(SyncException.class, a::sync);
        TestSpace.Device own = space.renewed(5, a.disk.copy());
        TestSpace.syncAll(own, copy, b, c);
        assertEquals("111", b.get("n"));
        assertEquals("\"of the original\"", c.get("1"));
        assertEquals("\"of the copy\"", own.get("2"));
        assertSame(b, c);
        assertSame(own, c);
        assertSame(copy, c);
        assertEquals(
                SyncStatus.State.SYNCED,
                b.client.status().state(),
                b.client.status().toString());
    }

    @Test
    void relayThatTakesEverythingAndKeepsNothing_isServedOncePerSync() throws Exception {
        int[] pushes = new int[1];
        TestSpace.Device served = space.through(3, inner -> swallowing(inner, pushes));
        served.put("1", "kept here");
        served.sync();
        assertTrue(pushes[0] <= 3, "pushed " + pushes[0] + " times");
        assertEquals(SyncStatus.State.ATTENTION, served.client.status().state());
        assertEquals(1, served.client.status().pending());
        assertEquals(List.of(Incident.Kind.ROLLED_BACK), incidents(served));
    }

    private static Transport swallowing(Transport inner, int[] pushes) {
        return new Transport() {
            @Override
            public String remote() {
                return inner.remote();
            }

            @Override
            public PushReceipt push(List<Envelope> envelopes) {
                pushes[0]++;
                List<EnvelopeHash> taken = new ArrayList<>();
                envelopes.forEach(envelope -> taken.add(envelope.hash()));
                return new PushReceipt(taken, List.of(), 0);
            }

            @Override
            public PullResult pull(PullRequest request) throws TransportException {
                return inner.pull(request);
            }

            @Override
            public void close() {
                inner.close();
            }
        };
    }

    // Deletes

    @Test
    void deletedWhileADeviceWasAwayForAYear_staysDeleted_andItsUnsentWorkArrives() throws Exception {
        a.put("1", "to be deleted");
        a.put("2", "to be edited");
        TestSpace.syncAll(a, b);
        b.put("3", "unsent work");
        b.client.collection("notes").patch("2", "{\"edited\":\"while away\"}");
        space.time.advance(Duration.ofDays(1));
        a.client.collection("notes").delete("1");
        a.client.collection("notes").delete("2");
        a.sync();
        space.time.advance(Duration.ofDays(365));
        TestSpace.syncAll(b, a);
        assertEquals("absent", a.get("1"));
        assertEquals("absent", b.get("1"));
        assertEquals("{\"edited\":\"while away\"}", a.get("2"), "an edit whose author had not seen the delete is kept");
        assertEquals("\"unsent work\"", a.get("3"));
        assertSame(a, b);
        a.client.collection("notes").delete("2");
        TestSpace.syncAll(a, b);
        assertEquals("absent", b.get("2"));
    }

    @Test
    void storeTakenOverByAnotherProcess_formerClientWritesAndSendsNothing() throws Exception {
        a.add("n", 1);
        a.sync();
        a.add("n", 10);
        TestSpace.Device renewed = space.renewed(7, a.disk);
        StoreException gone = assertThrows(StoreException.class, () -> a.add("n", 100));
        assertEquals(StoreException.Kind.CLOSED, gone.kind());
        renewed.add("n", 1000);
        int before = space.relay.size();
        assertEquals(BlockedBy.STORE, assertThrows(SyncException.class, a::sync).blockedBy());
        assertEquals(before, space.relay.size());
        TestSpace.syncAll(renewed, b);
        assertEquals("1011", b.get("n"));
        assertSame(renewed, b);
    }

    // Mass deletes

    @Test
    void massDelete_waitsUntilSomebodyLetsIt() throws Exception {
        fill(a, 300);
        TestSpace.syncAll(a, b);
        deleteAll(a, 300);
        a.put("after", "flows on");
        a.sync();
        b.sync();
        assertEquals("\"flows on\"", b.get("after"));
        assertEquals("\"text\"", b.get("7"));
        assertEquals(SyncStatus.State.ATTENTION, b.client.status().state());
        assertTrue(b.client.quarantine().stream().allMatch(item -> item.reason() == QuarantineItem.Reason.MASS_DELETE));
        b.client.quarantine().forEach(item -> b.client.retryQuarantined(item.id()));
        assertEquals("absent", b.get("7"));
        assertSame(a, b);
    }

    @Test
    void massDelete_discarded_bringsTheRecordsBackEverywhere() throws Exception {
        fill(a, 300);
        TestSpace.syncAll(a, b);
        a.client.transaction(tx -> {
            for (int i = 0; i < 300; i++) {
                tx.delete("notes", String.valueOf(i));
            }
            return null;
        });
        a.sync();
        b.sync();
        assertEquals(1, b.client.quarantine().size());
        b.client.discardQuarantined(b.client.quarantine().get(0).id());
        TestSpace.syncAll(b, a);
        assertEquals("\"text\"", a.get("299"));
        assertSame(a, b);
    }

    @Test
    void deletedAndWrittenAgain_isNoMassDelete() throws Exception {
        fill(a, 40);
        TestSpace.syncAll(a, b);
        for (int life = 0; life < 10; life++) {
            deleteAll(a, 40);
            a.sync();
            fill(a, 40);
            a.sync();
        }
        b.sync();
        assertEquals(List.of(), b.client.quarantine());
        assertSame(a, b);
    }

    @Test
    void fewDeletes_areNothingToAskAbout() throws Exception {
        fill(a, 300);
        TestSpace.syncAll(a, b);
        deleteAll(a, 99);
        TestSpace.syncAll(a, b);
        assertEquals("absent", b.get("7"));
        assertSame(a, b);
    }

    private static void fill(TestSpace.Device device, int records) {
        device.client.transaction(tx -> {
            for (int i = 0; i < records; i++) {
                tx.put("notes", String.valueOf(i), JsonValue.of("text"));
            }
            return null;
        });
    }

    private static void deleteAll(TestSpace.Device device, int records) {
        for (int i = 0; i < records; i++) {
            device.client.collection("notes").delete(String.valueOf(i));
        }
    }

    // Silence

    @Test
    void newestEnvelopeWithheld_isNamedOnceAThirdDeviceHasSeenIt() throws Exception {
        SecondLog shown = new SecondLog(envelope -> envelope.header().device().equals(a.sealer.device())
                && envelope.header().firstCounter() > 1);
        TestSpace.Device deceived = space.through(3, shown::around);
        a.put("1", "first");
        TestSpace.syncAll(a, b);
        a.put("1", "second");
        TestSpace.syncAll(a, b);
        b.put("2", "has seen both");
        b.sync();
        deceived.sync();
        assertEquals("\"first\"", deceived.get("1"));
        assertTrue(
                incidents(deceived).contains(Incident.Kind.WITHHELD),
                incidents(deceived).toString());
        assertEquals(SyncStatus.State.ATTENTION, deceived.client.status().state());

        shown.withheld = envelope -> false;
        deceived.sync();
        assertEquals("\"second\"", deceived.get("1"));
        assertEquals(SyncStatus.State.SYNCED, deceived.client.status().state());
        assertFalse(deceived.client.status().incidents().get(0).open());
        a.sync();
        assertSame(a, deceived);
    }

    @Test
    void rollback_isNamedAndHealedAtOnce() throws Exception {
        a.put("1", "kept");
        TestSpace.syncAll(a, b);
        int before = space.relay.size();
        a.put("2", "lost by the relay");
        TestSpace.syncAll(a, b);
        space.relay.rollBackTo(before);
        b.sync();
        assertEquals(List.of(Incident.Kind.ROLLED_BACK), incidents(b));
        TestSpace.Device late = space.device(5);
        TestSpace.syncAll(late);
        assertEquals("\"lost by the relay\"", late.get("2"));
        assertEquals(SyncStatus.State.SYNCED, b.client.status().state());
        b.client.forgetIncidents();
        b.sync();
        assertEquals(List.of(), incidents(b));
    }

    // Being told

    @Test
    void quarantine_isToldOnce_andPendingIsKnownPerRecord() throws Exception {
        List<QuarantineItem> told = new ArrayList<>();
        b.client.addListener(new SyncListener() {
            @Override
            public void onQuarantined(QuarantineItem item) {
                told.add(item);
            }
        });
        TestSpace.Device newer =
                space.device(4, new MemoryDisk(), s -> s.reducer("twice", (value, argument) -> JsonValue.of(2)));
        newer.client.collection("notes").op("1", "twice", JsonValue.of(1));
        newer.put("2", "known");
        assertTrue(newer.client.isPending("notes", "1"));
        newer.sync();
        assertFalse(newer.client.isPending("notes", "1"));
        newer.put("2", "changed");
        assertFalse(newer.client.isPending("notes", "1"));
        assertTrue(newer.client.isPending("notes", "2"));
        TestSpace.syncAll(b, newer, b);
        b.client.retryQuarantined(b.client.quarantine().get(0).id());
        assertEquals(1, told.size());
        b.client.discardQuarantined(told.get(0).id());
        TestSpace.syncAll(b, newer);
        assertEquals("absent", newer.get("1"));
        assertSame(b, newer);
        assertNotEquals(0, space.relay.size());
    }

    /** A log of its own that the remote shows to one device. What that device pushes goes to the honest one. */
    private final class SecondLog {
        private final SimulatedRelay shown;
        private Predicate<Envelope> withheld;

        SecondLog(Predicate<Envelope> withheld) {
            this(SimulatedRelay.forTestSealers(TestSpace.SPACE, 2, space.time::millis), withheld);
        }

        SecondLog(SimulatedRelay shown, Predicate<Envelope> withheld) {
            this.shown = shown;
            this.withheld = withheld;
        }

        Transport around(Transport inner) {
            for (int device = 1; device <= 5; device++) {
                shown.admit(TestSealer.of(TestSpace.SPACE, device).publicKey());
            }
            return new Transport() {
                @Override
                public String remote() {
                    return inner.remote();
                }

                @Override
                public PushReceipt push(List<Envelope> envelopes) throws TransportException {
                    PushReceipt receipt = inner.push(envelopes);
                    return new PushReceipt(receipt.accepted(), receipt.refusals(), 0);
                }

                @Override
                public PullResult pull(PullRequest request) {
                    for (Envelope envelope : space.relay.log()) {
                        if (!withheld.test(envelope)) {
                            shown.push(List.of(envelope));
                        }
                    }
                    return shown.pull(deviceOf(inner), request, 1 << 20);
                }

                @Override
                public void close() {
                    inner.close();
                }
            };
        }

        private DeviceId deviceOf(Transport inner) {
            return ((SimulatedTransport) inner).device();
        }
    }
}
