package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an app sees of the engine, against a relay in memory. */
class SyncClientTest {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(SPACE, 1, System::currentTimeMillis);
    private final List<SyncClient> clients = new ArrayList<>();
    private final SyncClient a = client(1, builder -> builder, transport -> transport);
    private final SyncClient b = client(2, builder -> builder, transport -> transport);

    private SyncClient client(long deviceSeed, UnaryOperator<SyncClientBuilder> setUp, UnaryOperator<Transport> wrap) {
        TestSealer sealer = TestSealer.of(SPACE, deviceSeed);
        relay.admit(sealer.publicKey());
        Transport transport = wrap.apply(new SimulatedTransport(relay, sealer.device()));
        SyncClient client = setUp.apply(SyncClient.builder(new MemoryStore(), transport, sealer))
                .open();
        clients.add(client);
        return client;
    }

    @AfterEach
    void closeClients() {
        clients.forEach(SyncClient::close);
    }

    private static void syncAll(SyncClient... some) throws Exception {
        for (int round = 0; round < 2; round++) {
            for (SyncClient client : some) {
                client.sync();
            }
        }
    }

    private static String json(SyncClient client, String id) {
        return client.collection("notes").get(id).map(JsonValue::toJson).orElse("absent");
    }

    @Test
    void sync_twoDevices_showTheSame() throws Exception {
        a.collection("notes").put("1", "{\"t\":\"one\"}");
        b.collection("notes").put("2", "{\"t\":\"two\"}");
        b.collection("tags").put("x", "[1,2,3]");
        assertEquals(SyncStatus.State.NEW, client(3, s -> s, t -> t).status().state());
        assertEquals(SyncStatus.State.PENDING, a.status().state());

        SyncReport first = a.sync();
        assertEquals(1, first.pushed());
        SyncReport second = b.sync();
        assertEquals(2, second.pushed());
        assertEquals(1, second.pulled());
        a.sync();

        assertEquals(a.stateHash(), b.stateHash());
        assertEquals("{\"t\":\"two\"}", json(a, "2"));
        assertEquals(List.of("notes", "tags"), a.collections());
        assertEquals(SyncStatus.State.SYNCED, a.status().state());
        assertEquals(2, a.status().devices());
    }

    @Test
    void sync_nothingNew_movesNothing() throws Exception {
        a.collection("notes").put("1", "1");
        syncAll(a, b);
        SyncReport idle = b.sync();
        assertEquals(0, idle.pushed() + idle.pulled());
        assertEquals(1, relay.size());
    }

    @Test
    void sync_concurrentPuts_convergeAndKeepTheLoser() throws Exception {
        a.collection("notes").put("1", "\"first\"");
        b.collection("notes").put("1", "\"second\"");
        syncAll(a, b, a);
        assertEquals(json(a, "1"), json(b, "1"));
        assertEquals(1, a.conflicts().size());
        assertEquals(a.conflicts(), b.conflicts());

        a.collection("notes").put("1", "\"settled\"");
        syncAll(a, b);
        assertEquals(List.of(), b.conflicts());
    }

    @Test
    void sync_moreEventsThanAnEnvelopeHolds_arriveWhole() throws Exception {
        a.transaction(tx -> {
            for (int i = 0; i < 3_500; i++) {
                tx.put("notes", "n" + i, JsonValue.of(i));
            }
            return null;
        });
        a.sync();
        assertEquals(4, relay.size());
        b.sync();
        assertEquals("3499", json(b, "n3499"));
        assertEquals(a.stateHash(), b.stateHash());
    }

    @Test
    void transaction_whoseWorkThrows_leavesNothing() throws Exception {
        assertThrows(
                IllegalStateException.class,
                () -> a.transaction(tx -> {
                    tx.put("notes", "1", JsonValue.of(1));
                    throw new IllegalStateException("no");
                }));
        assertEquals("absent", json(a, "1"));
        assertEquals(0, a.sync().pushed());
    }

    @Test
    void transaction_readsWhatItHasWritten() {
        String seen = a.transaction(tx -> {
            tx.put("notes", "1", JsonValue.parse("{\"n\":1}"));
            tx.op("notes", "1", "add", JsonValue.parse("{\"n\":4}"));
            return tx.get("notes", "1").orElseThrow().toJson();
        });
        assertEquals("{\"n\":5}", seen);
        assertEquals(2, a.status().pending());
    }

    @Test
    void put_moreThanTheLimit_isRefusedBeforeItIsKept() {
        String large = "\"" + "x".repeat(1 << 20) + "\"";
        WriteRefusedException refused = assertThrows(
                WriteRefusedException.class, () -> a.collection("notes").put("1", large));
        assertTrue(refused.getMessage().contains("1048576"), refused.getMessage());
        assertEquals(0, a.status().pending());
    }

    @Test
    void transaction_ofMoreThanTheLimit_isRefusedBeforeItIsKept() {
        JsonValue megabyte = JsonValue.of("x".repeat(1_000_000));
        assertThrows(
                WriteRefusedException.class,
                () -> a.transaction(tx -> {
                    for (int i = 0; i < 9; i++) {
                        tx.put("notes", "n" + i, megabyte);
                    }
                    return 9;
                }));
        assertEquals("absent", json(a, "n0"));
        assertEquals(0, a.status().pending());
    }

    @Test
    void op_thatMakesTheRecordTooLong_isRefused() {
        JsonValue half = JsonValue.of("x".repeat(600_000));
        a.collection("notes").op("1", "append", half);
        assertThrows(WriteRefusedException.class, () -> a.collection("notes").op("1", "append", half));
        assertEquals(1, a.status().pending());
    }

    @Test
    void op_thatCannotBeApplied_isRefused() {
        a.collection("notes").put("1", "\"text\"");
        assertThrows(WriteRefusedException.class, () -> a.collection("notes").op("1", "add", JsonValue.of(1)));
        assertThrows(WriteRefusedException.class, () -> a.collection("notes").op("1", "unheard-of", JsonValue.of(1)));
        assertEquals(1, a.status().pending());
    }

    @Test
    void sync_relayOutOfReach_saysSoAndKeepsEverything() throws Exception {
        Faulty faulty = new Faulty();
        SyncClient c = client(3, s -> s, faulty::wrap);
        c.collection("notes").put("1", "1");
        faulty.onPush = envelopes -> {
            throw new TransportException(TransportException.Kind.OFFLINE, "no network", null);
        };
        SyncException failed = assertThrows(SyncException.class, c::sync);
        assertEquals(BlockedBy.OFFLINE, failed.blockedBy());
        assertEquals(SyncStatus.State.OFFLINE, c.status().state());
        assertEquals(1, c.status().pending());

        faulty.onPush = null;
        assertEquals(1, c.sync().pushed());
        assertEquals(SyncStatus.State.SYNCED, c.status().state());
    }

    @Test
    void sync_answerLost_sendsTheSameEnvelopeAgain() throws Exception {
        Faulty faulty = new Faulty();
        SyncClient c = client(3, s -> s, faulty::wrap);
        c.collection("notes").op("1", "add", JsonValue.of(5));
        faulty.onPush = envelopes -> {
            relay.push(envelopes);
            throw new TransportException(TransportException.Kind.OFFLINE, "answer lost", null);
        };
        assertThrows(SyncException.class, c::sync);
        faulty.onPush = null;
        c.sync();
        assertEquals(1, relay.size());
        a.sync();
        assertEquals("5", json(a, "1"));
    }

    @Test
    void sync_envelopeChangedOnItsWay_isAskedForAgain() throws Exception {
        Faulty faulty = new Faulty();
        SyncClient c = client(3, s -> s, faulty::wrap);
        a.collection("notes").put("1", "1");
        a.sync();
        faulty.onPage = FaultyPages::changeLastByte;
        c.sync();
        assertEquals("absent", json(c, "1"));
        assertEquals(SyncStatus.State.ATTENTION, c.status().state());
        assertEquals(QuarantineItem.Reason.BAD_SIGNATURE, c.quarantine().get(0).reason());

        a.collection("notes").put("2", "2");
        a.sync();
        faulty.onPage = null;
        c.sync();
        assertEquals(a.stateHash(), c.stateHash());
        assertEquals(List.of(), c.quarantine());
        assertEquals(SyncStatus.State.SYNCED, c.status().state());
    }

    @Test
    void discardQuarantined_whatStandsForAnEnvelope_isAskedForAgain() throws Exception {
        Faulty faulty = new Faulty();
        SyncClient c = client(3, s -> s, faulty::wrap);
        a.collection("notes").put("1", "1");
        a.sync();
        faulty.onPage = FaultyPages::changeLastByte;
        c.sync();
        faulty.onPage = null;
        c.discardQuarantined(c.quarantine().get(0).id());
        c.sync();
        assertEquals("1", json(c, "1"));
        assertEquals(SyncStatus.State.SYNCED, c.status().state());
    }

    @Test
    void discardQuarantined_whileAPageIsOnItsWay_isNotForgotten() throws Exception {
        Faulty faulty = new Faulty();
        SyncClient c = client(3, s -> s, faulty::wrap);
        a.collection("notes").put("1", "1");
        a.sync();
        faulty.onPage = FaultyPages::changeLastByte;
        c.sync();
        faulty.onPage = page -> {
            c.quarantine().forEach(item -> c.discardQuarantined(item.id()));
            return page;
        };
        c.sync();
        assertEquals("1", json(c, "1"));
        assertEquals(SyncStatus.State.SYNCED, c.status().state());
    }

    @Test
    void sync_envelopeWithheld_holdsUpOnlyItsDevice_untilItComes() throws Exception {
        Faulty faulty = new Faulty();
        SyncClient c = client(3, s -> s, faulty::wrap);
        a.collection("notes").put("1", "1");
        a.sync();
        a.collection("notes").put("2", "2");
        a.sync();
        b.collection("notes").put("3", "3");
        b.sync();
        faulty.onPage = FaultyPages::withoutFirst;
        c.sync();
        assertEquals("absent", json(c, "2"));
        assertEquals("3", json(c, "3"));
        assertEquals(
                QuarantineItem.Reason.MISSING_EARLIER, c.quarantine().get(0).reason());

        faulty.onPage = null;
        c.sync();
        syncAll(a, b, c);
        assertEquals(a.stateHash(), c.stateHash());
        assertEquals(List.of(), c.quarantine());
    }

    @Test
    void sync_relayRolledBack_isMadeWholeByWhoeverHasIt() throws Exception {
        a.collection("notes").put("1", "1");
        a.sync();
        a.collection("notes").put("2", "2");
        a.sync();
        b.sync();
        relay.rollBackTo(1);
        b.sync(); // did not write the lost envelope, but has it
        assertEquals(2, relay.size());
        SyncClient late = client(3, s -> s, t -> t);
        late.sync();
        assertEquals(a.stateHash(), late.stateHash());
    }

    @Test
    void sync_relayRolledBackBeforeOwnTail_pushesItAgain() throws Exception {
        a.collection("notes").put("1", "1");
        a.sync();
        a.collection("notes").put("2", "2");
        a.sync();
        relay.rollBackTo(1);
        a.collection("notes").put("3", "3");
        a.sync();
        assertEquals(3, relay.size());
        assertEquals(SyncStatus.State.SYNCED, a.status().state());
    }

    @Test
    void sync_relayLosesWhatItJustConfirmed_isSentItAgain() throws Exception {
        Faulty faulty = new Faulty();
        SyncClient c = client(3, s -> s, faulty::wrap);
        c.sync();
        c.collection("notes").put("1", "1");
        faulty.onPush = faulty::confirmOnceAndLose;
        c.sync(); // the log still agrees with the cursor: nothing in it is gone that this device had read
        assertEquals(1, relay.size());
        assertEquals(SyncStatus.State.SYNCED, c.status().state());
    }

    @Test
    void sync_relayLosesWhatItConfirmedToAnEarlierProcess_isSentItAgain() throws Exception {
        MemoryDisk disk = new MemoryDisk();
        TestSealer sealer = TestSealer.of(SPACE, 3);
        Faulty faulty = new Faulty();
        relay.admit(sealer.publicKey());
        Transport transport = faulty.wrap(new SimulatedTransport(relay, sealer.device()));
        SyncClient before =
                SyncClient.builder(new MemoryStore(disk), transport, sealer).open();
        before.sync();
        before.collection("notes").put("1", "1");
        faulty.onPush = faulty::confirmOnceAndLose;
        faulty.offlineForPulls = true;
        assertThrows(SyncException.class, before::sync);
        before.close();
        assertEquals(0, relay.size());

        SyncClient after = SyncClient.builder(
                        new MemoryStore(disk), new SimulatedTransport(relay, sealer.device()), sealer)
                .open();
        clients.add(after);
        after.sync();
        assertEquals(1, relay.size());
    }

    @Test
    void sync_anotherLog_stopsAndAsks_thenMakesItWhole() throws Exception {
        a.collection("notes").put("1", "1");
        syncAll(a, b);
        relay.reset();
        SyncException stopped = assertThrows(SyncException.class, b::sync);
        assertEquals(BlockedBy.UNKNOWN_LOG, stopped.blockedBy());
        assertEquals(SyncStatus.State.BLOCKED, b.status().state());
        assertEquals("1", json(b, "1"));

        b.acceptRemoteLog();
        b.sync();
        assertEquals(1, relay.size());
        SyncClient late = client(3, s -> s, t -> t);
        late.sync();
        assertEquals("1", json(late, "1"));
    }

    @Test
    void sync_envelopesOfOneDeviceRefused_holdUpNoOther() throws Exception {
        for (int i = 0; i < 120; i++) {
            b.collection("notes").put("b" + i, "1");
            b.sync();
        }
        Faulty faulty = new Faulty();
        SyncClient c = client(3, s -> s, faulty::wrap);
        c.sync();
        relay.reset();
        c.acceptRemoteLog();
        c.collection("notes").put("mine", "1");
        faulty.onPush = envelopes -> {
            List<Envelope> others = new ArrayList<>(envelopes);
            others.removeIf(envelope -> envelope.header().device().equals(b.device()));
            List<PushReceipt.Refusal> refusals = new ArrayList<>();
            envelopes.stream()
                    .filter(envelope -> !others.contains(envelope))
                    .forEach(envelope -> refusals.add(
                            new PushReceipt.Refusal(envelope.hash(), PushReceipt.RefusalReason.UNKNOWN_DEVICE, null)));
            PushReceipt taken = relay.push(others);
            return new PushReceipt(taken.accepted(), refusals, 0);
        };
        for (int attempt = 0; attempt < 2; attempt++) {
            SyncException refused = assertThrows(SyncException.class, c::sync);
            assertEquals(BlockedBy.REFUSED, refused.blockedBy());
        }
        assertEquals(0, c.status().pending());
        assertEquals(120, c.status().passingOn());
        assertEquals(SyncStatus.State.BLOCKED, c.status().state());
    }

    @Test
    void sync_opThatNobodyHereKnows_waitsInQuarantine_untilItIsRegistered() throws Exception {
        SyncClient newer = client(3, s -> s.reducer("twice", (now, by) -> JsonValue.of(2)), t -> t);
        newer.collection("notes").op("1", "twice", JsonValue.of(0));
        newer.collection("notes").put("2", "2");
        newer.sync();
        a.sync();
        assertEquals("2", json(a, "2"));
        assertEquals("absent", json(a, "1"));
        QuarantineItem item = a.quarantine().get(0);
        assertEquals(QuarantineItem.Reason.UNKNOWN_OP, item.reason());
        a.retryQuarantined(item.id());
        assertEquals(1, a.quarantine().size());
        a.discardQuarantined(item.id());
        assertEquals(List.of(), a.quarantine());
        syncAll(a, newer);
        assertEquals("absent", json(newer, "1"));
        assertEquals("2", json(newer, "2"));
        assertEquals(a.stateHash(), newer.stateHash());
    }

    @Test
    void sync_mergeThatThrows_quarantinesTheWholeTransaction() throws Exception {
        SyncClient strict = client(
                3,
                s -> s.strategy("notes", Strategy.merging((base, local, remote) -> {
                    throw new IllegalArgumentException("cannot merge");
                })),
                t -> t);
        strict.collection("notes").put("1", "\"mine\"");
        a.transaction(tx -> {
            tx.put("notes", "1", JsonValue.of("theirs"));
            return tx.put("other", "2", JsonValue.of("with it"));
        });
        a.sync();
        strict.sync();
        boolean both = strict.collection("other").get("2").isPresent()
                == json(strict, "1").equals("\"theirs\"");
        assertTrue(both, "a transaction was split");
        assertEquals(1, strict.quarantine().size());
        assertEquals(
                QuarantineItem.Reason.STRATEGY_FAILED,
                strict.quarantine().get(0).reason());
    }

    @Test
    void sync_anErrorOfTheMachine_isReportedToWhoeverWaits() {
        Faulty faulty = new Faulty();
        SyncClient c = client(3, s -> s, faulty::wrap);
        c.collection("notes").put("1", "1");
        faulty.onPush = envelopes -> {
            throw new NoClassDefFoundError("a class that the app left out");
        };
        SyncException failed = assertThrows(SyncException.class, c::sync);
        assertEquals(BlockedBy.BUG, failed.blockedBy());
        assertEquals(SyncStatus.State.BLOCKED, c.status().state());
        assertEquals("1", json(c, "1"));
    }

    @Test
    void open_storeOfAnotherDevice_isRefused() {
        MemoryStore store = new MemoryStore();
        TestSealer one = TestSealer.of(SPACE, 8);
        SyncClient.builder(store, new SimulatedTransport(relay, one.device()), one)
                .open();
        TestSealer other = TestSealer.of(SPACE, 9);
        assertThrows(
                IllegalStateException.class,
                () -> SyncClient.builder(store, new SimulatedTransport(relay, other.device()), other)
                        .open());
    }

    @Test
    void listener_thatThrows_stopsNothing() throws Exception {
        List<String> told = new ArrayList<>();
        SyncClient c = client(3, s -> s.listenerExecutor(Runnable::run), t -> t);
        c.addListener(new dev.tidelock.sync.status.SyncListener() {
            @Override
            public void onRecordsChanged(java.util.Set<dev.tidelock.sync.model.RecordKey> keys) {
                throw new IllegalStateException("listener");
            }

            @Override
            public void onSynced(SyncReport report) {
                told.add("synced " + report.pushed());
            }
        });
        c.collection("notes").put("1", "1");
        c.sync();
        assertFalse(told.isEmpty());
    }

    /** A transport that can be told to misbehave. */
    private static final class Faulty {
        PushFault onPush;
        Function<PullResult.Page, PullResult.Page> onPage;
        boolean offlineForPulls;

        /** A relay that says that it has something, and has not. */
        PushReceipt confirmOnceAndLose(List<Envelope> envelopes) {
            onPush = null;
            return new PushReceipt(envelopes.stream().map(Envelope::hash).collect(Collectors.toList()), List.of(), 0);
        }

        interface PushFault {
            PushReceipt push(List<Envelope> envelopes) throws TransportException;
        }

        Transport wrap(Transport inner) {
            return new Transport() {
                @Override
                public String remote() {
                    return inner.remote();
                }

                @Override
                public PushReceipt push(List<Envelope> envelopes) throws TransportException {
                    return onPush == null ? inner.push(envelopes) : onPush.push(envelopes);
                }

                @Override
                public PullResult pull(PullRequest request) throws TransportException {
                    if (offlineForPulls) {
                        throw new TransportException(TransportException.Kind.OFFLINE, "no answer", null);
                    }
                    PullResult result = inner.pull(request);
                    boolean bend = onPage != null && result instanceof PullResult.Page;
                    return bend ? onPage.apply((PullResult.Page) result) : result;
                }

                @Override
                public void close() {
                    inner.close();
                }
            };
        }
    }

    private static final class FaultyPages {
        static PullResult.Page changeLastByte(PullResult.Page page) {
            List<PullResult.LogEntry> bent = new ArrayList<>();
            for (PullResult.LogEntry entry : page.entries()) {
                byte[] bytes = ((PullResult.Sent) entry).toByteArray();
                bytes[bytes.length - 1] ^= 1;
                bent.add(new PullResult.Sent(bytes));
            }
            return new PullResult.Page(bent, page.next(), page.more(), page.heads(), page.remoteMillis());
        }

        static PullResult.Page withoutFirst(PullResult.Page page) {
            List<PullResult.LogEntry> rest = page.entries()
                    .subList(Math.min(1, page.entries().size()), page.entries().size());
            return new PullResult.Page(rest, page.next(), page.more(), page.heads(), page.remoteMillis());
        }
    }
}
