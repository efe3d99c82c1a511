package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes with one store, in virtual time: who syncs, and when. */
class SharedStoreTest {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration DEBOUNCE = Duration.ofSeconds(3);

    private final VirtualTime time = new VirtualTime();
    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(SPACE, 1, time::millis);
    private final MemoryDisk shared = new MemoryDisk();
    private final List<SyncClient> clients = new ArrayList<>();
    private final Process one = new Process(1, shared);
    private final Process two = new Process(1, shared);
    private final Process elsewhere = new Process(2, new MemoryDisk());

    /** One process: counts its pulls, and can be cut off from the relay. */
    private final class Process {
        private final SyncClient client;
        private int pulls;
        private boolean offline;
        private boolean offlineAfterPush;

        private Process(long deviceSeed, MemoryDisk disk) {
            TestSealer sealer = TestSealer.of(SPACE, deviceSeed);
            relay.admit(sealer.publicKey());
            Transport transport = new SimulatedTransport(relay, sealer.device());
            client = SyncClient.builder(new MemoryStore(disk), new Watched(transport), sealer)
                    .runtime(new SimulatedRuntime(time, deviceSeed))
                    .interval(INTERVAL)
                    .debounce(DEBOUNCE)
                    .open();
            clients.add(client);
        }

        private final class Watched implements Transport {
            private final Transport real;

            private Watched(Transport real) {
                this.real = real;
            }

            @Override
            public String remote() {
                return real.remote();
            }

            @Override
            public PushReceipt push(List<Envelope> envelopes) throws TransportException {
                PushReceipt receipt = real.push(envelopes);
                offline |= offlineAfterPush;
                return receipt;
            }

            @Override
            public PullResult pull(PullRequest request) throws TransportException {
                if (offline) {
                    throw new TransportException(TransportException.Kind.OFFLINE, "no network", null);
                }
                pulls++;
                return real.pull(request);
            }

            @Override
            public void close() {
                real.close();
            }
        }

        private SyncReport sync() throws InterruptedException, ExecutionException {
            CompletableFuture<SyncReport> syncing = client.syncAsync();
            time.runDue();
            assertTrue(syncing.isDone());
            return syncing.get();
        }
    }

    private Hold syncingElsewhere;

    @BeforeEach
    void start() {
        one.client.start();
        two.client.start();
        time.runDue();
    }

    @AfterEach
    void close() {
        clients.forEach(SyncClient::close);
    }

    @Test
    void start_secondProcess_leavesTheIntervalsToTheFirst() {
        time.advance(INTERVAL.multipliedBy(4));
        assertTrue(one.pulls >= 5, "it pulled " + one.pulls + " times");
        assertEquals(0, two.pulls);
    }

    @Test
    void close_leader_anotherProcessTakesOverAtOnce() {
        time.advance(INTERVAL.dividedBy(2));
        one.client.close();
        time.advance(SyncLimits.LEAD_RETRY);
        assertTrue(two.pulls >= 1);
        int before = two.pulls;
        time.advance(INTERVAL);
        assertEquals(before + 1, two.pulls, "from now on at intervals");
    }

    @Test
    void put_inTheProcessThatFollows_isSentAfterTheDebounce() {
        two.client.collection("notes").put("1", "1");
        assertEquals(1, one.client.status().pending(), "the status is that of the store");
        time.advance(DEBOUNCE);
        assertEquals(1, relay.size());
        assertEquals(SyncStatus.State.SYNCED, one.client.status().state());
        int pulls = two.pulls;
        time.advance(INTERVAL.multipliedBy(3));
        assertEquals(pulls, two.pulls, "it does not go on by itself");
    }

    @Test
    void put_inTheProcessThatFollows_isTriedAgainAfterAFailure() {
        two.offline = true;
        two.client.collection("notes").put("1", "1");
        time.advance(DEBOUNCE);
        relay.rollBackTo(0);
        two.offline = false;
        time.advance(Duration.ofSeconds(2));
        assertEquals(1, relay.size());
    }

    private CompletableFuture<SyncReport> askWhileAnotherProcessSyncs() {
        syncingElsewhere = new MemoryStore(shared).tryHold(Right.SYNC);
        CompletableFuture<SyncReport> asked = two.client.syncAsync();
        time.advance(Duration.ofMinutes(1));
        assertFalse(asked.isDone());
        return asked;
    }

    @Test
    void sync_whileAnotherProcessSyncs_waitsAndThenSyncsItself() throws Exception {
        two.client.collection("notes").put("1", "1");
        CompletableFuture<SyncReport> asked = askWhileAnotherProcessSyncs();
        assertEquals(0, relay.size());
        syncingElsewhere.close();
        time.advance(SyncLimits.SYNC_RETRY);
        assertTrue(asked.isDone());
        assertEquals(1, relay.size());
        assertEquals(0, two.client.status().pending());
    }

    @Test
    void close_whileASyncWaitsForAnotherProcess_failsIt() {
        CompletableFuture<SyncReport> asked = askWhileAnotherProcessSyncs();
        two.client.close();
        ExecutionException failed = assertThrows(ExecutionException.class, asked::get);
        assertEquals(SyncException.class, failed.getCause().getClass());
    }

    @Test
    void sync_endsOneWayOrTheOther_leavesTheRightFree() throws Exception {
        two.sync();
        two.offline = true;
        CompletableFuture<SyncReport> failing = two.client.syncAsync();
        time.runDue();
        assertTrue(failing.isCompletedExceptionally());
        try (Hold free = new MemoryStore(shared).tryHold(Right.SYNC)) {
            assertFalse(free == null);
        }
        assertNull(new MemoryStore(shared).tryHold(Right.LEAD), "the first process leads");
    }

    /** The process that pushed did not live to see its envelope in the log. */
    @Test
    void sync_afterAnotherProcessWasCutShort_comparesWhatTheRelayHolds() throws Exception {
        elsewhere.client.collection("notes").put("0", "0");
        elsewhere.sync();
        one.sync();
        two.offlineAfterPush = true;
        two.client.collection("notes").put("1", "1");
        two.client.syncAsync();
        time.runDue();
        assertEquals(2, relay.size());
        two.client.close();
        relay.rollBackTo(1);
        one.sync();
        assertEquals(2, relay.size(), "pushed again by the process that did not push it");
    }

    @Test
    void sync_noOtherProcessInBetween_asksOnce() throws Exception {
        one.sync();
        int before = one.pulls;
        one.sync();
        assertEquals(before + 1, one.pulls);
        two.sync();
        one.sync();
        assertEquals(before + 3, one.pulls, "once more, to compare what the relay holds");
    }
}
