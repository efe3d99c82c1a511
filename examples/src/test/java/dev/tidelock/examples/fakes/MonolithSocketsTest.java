package dev.tidelock.examples.fakes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.link.LinkTransport;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.monolith.MonolithLink;
import dev.tidelock.sync.monolith.MonolithListener;
import dev.tidelock.sync.monolith.MonolithState;
import dev.tidelock.sync.monolith.UnsealedStateClient;
import dev.tidelock.sync.spi.link.LinkListener;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.testkit.MemoryDisk;
import dev.tidelock.sync.testkit.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links and devices over real sockets, to the stand-in for the relay. What a link does with each surprise is tested over the model, without sockets. */
@Timeout(120)
class MonolithSocketsTest {
    private static final long WAIT_SECONDS = 30;

    private final MonolithPlace server = new MonolithPlace();
    private final String session = UUID.randomUUID().toString();
    private final SystemRuntime runtime = new SystemRuntime();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        runtime.close();
        server.close();
    }

    private End end(String device) {
        End end = new End(device);
        open.add(end.link);
        return end;
    }

    private final class End implements LinkListener, MonolithListener {
        final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        final BlockingQueue<MonolithState> states = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> unlinked = new LinkedBlockingQueue<>();
        final MonolithLink link;

        End(String device) {
            link = MonolithLink.builder(server.url(), session, device, runtime)
                    .listener(this)
                    .build();
            link.open(this);
        }

        void awaitState(MonolithState wanted) throws InterruptedException {
            while (link.state() != wanted) {
                MonolithState next = states.poll(WAIT_SECONDS, TimeUnit.SECONDS);
                assertFalse(next == null, () -> "it stays " + link.state() + ", and never is " + wanted);
            }
        }

        void send(int from, int to) {
            IntStream.range(from, to).forEach(number -> link.send(new byte[] {(byte) (number >> 8), (byte) number, 1}));
        }

        void awaitNumbers(int from, int to) throws InterruptedException {
            List<Integer> expected = IntStream.range(from, to).boxed().collect(Collectors.toList());
            List<Integer> found = new ArrayList<>();
            while (found.size() < expected.size()) {
                Integer next = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
                assertFalse(next == null, () -> "only " + found.size() + " frames came");
                found.add(next);
            }
            assertEquals(expected, found);
        }

        @Override
        public void received(byte[] frame) {
            received.add((frame[0] & 0xff) << 8 | frame[1] & 0xff);
        }

        @Override
        public void lineChanged() {
            // states tell
        }

        @Override
        public void onStateChanged(MonolithState state) {
            states.add(state);
        }

        @Override
        public void onPeerUnlinked() {
            unlinked.add(true);
        }
    }

    @Test
    void links_pairAndCarryABurstBothWaysInOrder() throws Exception {
        End one = end("one");
        one.awaitState(MonolithState.WAITING);
        End other = end("other");
        one.awaitState(MonolithState.PAIRED);
        other.awaitState(MonolithState.PAIRED);
        one.send(0, 100);
        other.send(0, 100);
        other.awaitNumbers(0, 100);
        one.awaitNumbers(0, 100);
        assertTrue(one.link.isUp() && other.link.isUp(), "nobody was too fast");
    }

    @Test
    void peerAway_framesWaitAtTheRelay() throws Exception {
        End one = end("one");
        End other = end("other");
        one.awaitState(MonolithState.PAIRED);
        other.awaitState(MonolithState.PAIRED);
        other.link.close();
        one.awaitState(MonolithState.WAITING);
        one.send(0, 50);
        End again = end("other");
        again.awaitState(MonolithState.PAIRED);
        again.awaitNumbers(0, 50);
    }

    @Test
    void sameDeviceTwice_theFirstStopsAndThePeerHearsNothing() throws Exception {
        End one = end("one");
        End other = end("other");
        one.awaitState(MonolithState.PAIRED);
        other.awaitState(MonolithState.PAIRED);
        one.states.clear();
        End second = end("other");
        second.awaitState(MonolithState.PAIRED);
        other.awaitState(MonolithState.REPLACED);
        second.send(0, 3);
        one.awaitNumbers(0, 3);
        assertTrue(one.states.isEmpty(), "nobody was lost");
    }

    @Test
    void thirdDevice_isFullAndTheOthersStay() throws Exception {
        End one = end("one");
        End other = end("other");
        one.awaitState(MonolithState.PAIRED);
        other.awaitState(MonolithState.PAIRED);
        End third = end("third");
        third.awaitState(MonolithState.FULL);
        one.send(0, 3);
        other.awaitNumbers(0, 3);
        assertTrue(one.link.isUp() && other.link.isUp());
    }

    @Test
    void unlinkAndRevoke_areHeard() throws Exception {
        End one = end("one");
        End other = end("other");
        one.awaitState(MonolithState.PAIRED);
        other.awaitState(MonolithState.PAIRED);
        assertTrue(one.link.unlink());
        assertEquals(Boolean.TRUE, other.unlinked.poll(WAIT_SECONDS, TimeUnit.SECONDS));
        other.awaitState(MonolithState.WAITING);
        End again = end("one");
        again.awaitState(MonolithState.PAIRED);
        other.awaitState(MonolithState.PAIRED);
        assertTrue(other.link.revoke());
        again.awaitState(MonolithState.REVOKED);
        end("one").awaitState(MonolithState.REVOKED);
    }

    @Test
    void relayStopsAndStarts_bothComeBack() throws Exception {
        End one = end("one");
        End other = end("other");
        one.awaitState(MonolithState.PAIRED);
        other.awaitState(MonolithState.PAIRED);
        server.model().stop();
        one.awaitState(MonolithState.CONNECTING);
        other.awaitState(MonolithState.CONNECTING);
        server.model().start();
        one.awaitState(MonolithState.PAIRED);
        other.awaitState(MonolithState.PAIRED);
    }

    private SyncClient device(SpaceKeys keys) {
        MonolithLink link = MonolithLink.builder(
                        server.url(), session, keys.device().toString(), runtime)
                .build();
        SystemRuntime own = new SystemRuntime();
        SyncClient client = SyncClient.builder(
                        new MemoryStore(new MemoryDisk()),
                        LinkTransport.builder(link, keys.sealer(), own).build(),
                        keys.sealer())
                .runtime(own)
                .open();
        open.add(client);
        open.add(own::close);
        return client;
    }

    @Test
    void devices_converge_liveAndAfterTheRelayForgotEverything() throws Exception {
        SpaceKeys keys = SpaceKeys.createSpace();
        SyncClient one = device(keys);
        SyncClient other = device(SpaceKeys.of(keys.ring(), DeviceIdentity.generate()));
        one.collection("notes").put("a", JsonValue.of("from one"));
        other.collection("notes").put("b", JsonValue.of("x".repeat(300_000)));
        one.start();
        other.start();
        awaitSame(one, other);
        server.model().stop();
        one.collection("notes").put("c", JsonValue.of("while nobody hears"));
        server.model().start();
        awaitSame(one, other);
        for (SyncClient client : List.of(one, other)) {
            assertEquals(List.of(), client.status().incidents());
            assertEquals(0, client.status().quarantined());
        }
    }

    /** Looks again whenever something has happened on either. */
    private static void awaitSame(SyncClient one, SyncClient other) throws InterruptedException {
        Semaphore news = new Semaphore(0);
        SyncListener listener = new SyncListener() {
            @Override
            public void onStatusChanged(SyncStatus status) {
                news.release();
            }

            @Override
            public void onRecordsChanged(Set<RecordKey> keys) {
                news.release();
            }
        };
        one.addListener(listener);
        other.addListener(listener);
        while (!one.stateHash().equals(other.stateHash())
                || one.status().pending() + other.status().pending() > 0) {
            assertTrue(
                    news.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS),
                    () -> "they do not become the same: " + one.status() + " and " + other.status());
        }
        one.removeListener(listener);
        other.removeListener(listener);
    }

    @Test
    void state_isPublishedAndClearedAndCannotBeRead() throws Exception {
        OkHttpClient http = new OkHttpClient();
        UnsealedStateClient client = new UnsealedStateClient(server.url(), null, http);
        JsonObject state = JsonValue.object(Map.of("isActive", JsonValue.of(true), "taskTitle", JsonValue.of("x")));
        client.publish(session, state);
        assertEquals(JsonValue.of(true), server.model().state(session).get("isActive"));
        assertEquals(
                TransportException.Kind.PROTOCOL,
                assertThrows(TransportException.class, () -> client.read(session))
                        .kind());
        client.clear(session);
        assertEquals(null, server.model().state(session));
        JsonObject wrong = JsonValue.object(Map.of("password", JsonValue.of("x")));
        assertThrows(IllegalArgumentException.class, () -> client.publish(session, wrong));
        server.model().setStateSecret("secret");
        assertEquals(
                TransportException.Kind.UNAUTHORIZED,
                assertThrows(TransportException.class, () -> client.publish(session, state))
                        .kind());
        new UnsealedStateClient(server.url(), "secret", http).publish(session, state);
    }
}
