package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.Transaction;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.internal.codec.EventBatchCodec;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.strategy.Strategy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a hostile relay, a hostile member, and an app's own mistakes cannot bring about. */
@Timeout(60)
class HostileInputTest {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(SPACE, 1, System::currentTimeMillis);

    private SyncClient client(MemoryStore store, TestSealer sealer, UnaryOperator<SyncClientBuilder> setUp) {
        return client(store, sealer, setUp, transport -> transport);
    }

    private SyncClient client(
            MemoryStore store,
            TestSealer sealer,
            UnaryOperator<SyncClientBuilder> setUp,
            UnaryOperator<Transport> wrap) {
        relay.admit(sealer.publicKey());
        Transport transport = wrap.apply(new SimulatedTransport(relay, sealer.device()));
        return setUp.apply(SyncClient.builder(store, transport, sealer)).open();
    }

    private SyncClient client(long seed) {
        return client(new MemoryStore(), TestSealer.of(SPACE, seed), builder -> builder);
    }

    @Test
    void stranger_whoSignsForHimself_isNoDevice() throws Exception {
        SyncClient a = client(1);
        for (int epoch = 1; epoch <= 2; epoch++) {
            TestSealer stranger = TestSealer.of(SPACE, 90 + epoch).withKeys(Map.of(epoch, 777L));
            relay.admit(stranger.publicKey());
            relay.push(List.of(stranger.seal(1, 1, EnvelopeHash.NONE, new byte[64])));
        }
        a.sync();
        assertEquals(1, a.status().devices());
        assertEquals(2, a.quarantine().size());
        for (QuarantineItem item : a.quarantine()) {
            a.discardQuarantined(item.id());
        }
        assertEquals(0, a.status().passingOn());
        assertEquals(SyncStatus.State.SYNCED, a.status().state());
    }

    @Test
    void newDevice_underAnEpochNotKnownHere_countsOnceTheKeyIsThere() throws Exception {
        MemoryStore store = new MemoryStore();
        TestSealer sealer = TestSealer.of(SPACE, 1);
        SyncClient newer =
                client(new MemoryStore(), TestSealer.of(SPACE, 2).withKeys(Map.of(1, 1L, 2, 2L)), builder -> builder);
        newer.collection("notes").put("1", "1");
        newer.sync();
        newer.collection("notes").put("2", "2");
        newer.sync();
        SyncClient a = client(store, sealer, builder -> builder);
        a.sync();
        a.sync();
        assertEquals(SyncStatus.State.ATTENTION, a.status().state());
        SyncClient withKey = client(store, sealer.withKeys(Map.of(1, 1L, 2, 2L)), builder -> builder);
        assertEquals(1, withKey.quarantine().size());
        withKey.retryQuarantined(withKey.quarantine().get(0).id());
        withKey.sync();
        assertEquals(newer.stateHash(), withKey.stateHash());
        assertEquals(List.of(), withKey.quarantine());
    }

    @Test
    void transaction_whosePartsOpenInAnyOrder_appliesWhole() throws Exception {
        TestSealer author = TestSealer.of(SPACE, 2);
        MemoryStore authors = new MemoryStore();
        SyncClient before = client(authors, author, builder -> builder);
        before.collection("notes").put("first", "1");
        before.sync();
        SyncClient after = client(authors, author.withKeys(Map.of(1, 1L, 2, 2L)), builder -> builder);
        after.transaction(tx -> {
            for (int i = 0; i < 2_500; i++) {
                tx.put("notes", "n" + i, JsonValue.of(i));
            }
            return null;
        });
        after.sync();

        MemoryStore store = new MemoryStore();
        client(store, TestSealer.of(SPACE, 1), builder -> builder).sync();
        SyncClient withKey = client(store, TestSealer.of(SPACE, 1).withKeys(Map.of(1, 1L, 2, 2L)), builder -> builder);
        List<QuarantineItem> items = new ArrayList<>(withKey.quarantine());
        assertEquals(3, items.size());
        Collections.reverse(items);
        items.forEach(item -> withKey.retryQuarantined(item.id()));
        assertEquals(List.of(), withKey.quarantine());
        assertEquals(after.stateHash(), withKey.stateHash());
    }

    @Test
    void logReplaced_whileItWasEmpty_isAskedAbout() throws Exception {
        SyncClient a = client(1);
        a.sync();
        relay.reset();
        a.collection("notes").put("1", "1");
        SyncException stopped = assertThrows(SyncException.class, a::sync);
        assertEquals(BlockedBy.UNKNOWN_LOG, stopped.blockedBy());
        a.acceptRemoteLog();
        a.sync();
        assertEquals(SyncStatus.State.SYNCED, a.status().state());
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static final class Undeclared extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void transport_thatThrowsWhatItDoesNotDeclare_isReportedToWhoeverWaits() {
        for (Throwable thrown : List.of(new IOException("undeclared"), new Undeclared())) {
            SyncClient c =
                    client(new MemoryStore(), TestSealer.of(SPACE, 3), builder -> builder, inner -> new Bent(inner) {
                        @Override
                        public PullResult pull(PullRequest request) throws TransportException {
                            HostileInputTest.<RuntimeException>sneak(thrown);
                            return super.pull(request);
                        }
                    });
            ExecutionException failed =
                    assertThrows(ExecutionException.class, () -> c.syncAsync().get(5, TimeUnit.SECONDS));
            assertEquals(BlockedBy.BUG, ((SyncException) failed.getCause()).blockedBy());
        }
    }

    @Test
    void merge_thatThrowsWhatIsNoRuntimeException_isQuarantined() throws Exception {
        SyncClient a = client(1);
        a.collection("notes").put("1", "\"theirs\"");
        a.sync();
        int seed = 3;
        for (Throwable thrown : List.of(new IOException("undeclared"), new Undeclared(), new AssertionError("no"))) {
            SyncClient c = client(
                    new MemoryStore(),
                    TestSealer.of(SPACE, seed++),
                    builder -> builder.strategy("notes", Strategy.merging((base, local, remote) -> {
                        HostileInputTest.<RuntimeException>sneak(thrown);
                        return local.value();
                    })));
            c.collection("notes").put("1", "\"mine\"");
            c.syncAsync().get(5, TimeUnit.SECONDS);
            assertEquals(
                    QuarantineItem.Reason.STRATEGY_FAILED, c.quarantine().get(0).reason());
        }
    }

    @Test
    void listenerExecutor_thatThrows_stopsNothing() throws Exception {
        SyncClient c = client(
                new MemoryStore(),
                TestSealer.of(SPACE, 3),
                builder -> builder.listenerExecutor(task -> {
                    throw new IllegalStateException("the toolkit has not been started");
                }));
        c.addListener(new SyncListener() {});
        c.collection("notes").put("1", "1");
        assertEquals(1, c.sync().pushed());
    }

    @Test
    void transaction_usedAfterItsWork_isRefused() {
        SyncClient a = client(1);
        Transaction[] leaked = new Transaction[1];
        a.transaction(tx -> {
            leaked[0] = tx;
            return tx.put("notes", "1", JsonValue.of(1));
        });
        assertThrows(IllegalStateException.class, () -> leaked[0].put("notes", "1", JsonValue.of(2)));
        assertThrows(IllegalStateException.class, () -> leaked[0].get("notes", "1"));
    }

    @Test
    void record_withMoreHeadsThanAnEventMayName_canStillBeWritten() throws Exception {
        SyncClient a = client(1);
        TestSealer hostile = TestSealer.of(SPACE, 2);
        relay.admit(hostile.publicKey());
        RecordKey key = new RecordKey("notes", "1");
        List<Event> events = new ArrayList<>();
        long reading = System.currentTimeMillis() << 16;
        for (int i = 1; i <= 1_200; i++) {
            events.add(new Event(
                    new EventId(hostile.device(), i),
                    key,
                    Op.named("append", JsonValue.of(i)),
                    new Stamp(reading + i, hostile.device()),
                    List.of(),
                    new TransactionSpan(i, 1)));
        }
        Envelope envelope =
                hostile.seal(1, events.size(), EnvelopeHash.NONE, EventBatchCodec.encode(events, List.of()));
        relay.push(List.of(envelope));
        a.sync();
        a.collection("notes").op("1", "append", JsonValue.of(0));
        a.collection("notes").put("1", "\"settled\"");
        a.sync();
        SyncClient b = client(3);
        b.sync();
        assertEquals("\"settled\"", json(a));
        assertEquals(a.stateHash(), b.stateHash());
    }

    private static String json(SyncClient client) {
        return client.collection("notes").get("1").orElseThrow().toJson();
    }

    @Test
    void changeMadeDuringASyncThatFails_waitsAsLongAsTheRemoteAsked() {
        VirtualTime time = new VirtualTime();
        List<Long> pushes = new ArrayList<>();
        SyncClient[] client = new SyncClient[1];
        client[0] = client(
                new MemoryStore(),
                TestSealer.of(SPACE, 3),
                builder -> builder.runtime(new SimulatedRuntime(time, 5)),
                inner -> new Bent(inner) {
                    @Override
                    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
                        pushes.add(time.millis());
                        client[0].collection("notes").put("2", JsonValue.of(2));
                        throw new TransportException(
                                TransportException.Kind.THROTTLED, "later", Duration.ofSeconds(120), null);
                    }
                });
        client[0].collection("notes").put("1", JsonValue.of(1));
        client[0].start();
        time.advance(Duration.ofSeconds(119));
        assertEquals(1, pushes.size());
        time.advance(Duration.ofSeconds(100));
        assertEquals(2, pushes.size());
    }

    @Test
    void close_byWhoeverWaitedForASync_doesNotWaitForItself() throws Exception {
        CountDownLatch attached = new CountDownLatch(1);
        SyncClient a = client(new MemoryStore(), TestSealer.of(SPACE, 1), builder -> builder, inner -> new Bent(inner) {
            @Override
            public PullResult pull(PullRequest request) throws TransportException {
                try {
                    attached.await();
                } catch (InterruptedException unexpected) {
                    throw new AssertionError(unexpected);
                }
                return super.pull(request);
            }
        });
        long start = System.nanoTime();
        CompletableFuture<Void> closed = a.syncAsync().thenRun(a::close);
        attached.countDown();
        closed.get(30, TimeUnit.SECONDS);
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5), "it waited for its own thread");
    }

    /** A transport of which something is bent. */
    private static class Bent implements Transport {
        private final Transport inner;

        Bent(Transport inner) {
            this.inner = inner;
        }

        @Override
        public String remote() {
            return inner.remote();
        }

        @Override
        public PushReceipt push(List<Envelope> envelopes) throws TransportException {
            return inner.push(envelopes);
        }

        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            return inner.pull(request);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
