package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SimulatedRelay;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.SimulatedTransport;
import dev.tidelock.sync.testkit.TestSealer;
import dev.tidelock.sync.testkit.VirtualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole session of writing, pushing, pulling and reading, in which each call to the database fails in turn: what comes of it is always the same. */
class SessionFailureTest {
    /** By default, a part of the calls: coprime with the ways to go on, so that each of these meets calls of every kind. */
    private static final int STEP = Boolean.getBoolean("tidelock.long") ? 1 : 13;

    private static final int CALLS_MAX = 20_000;
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);
    private static final String COUNT = "{\"count\":1}";

    @TempDir
    Path folder;

    @Test
    void session_anyCallFails_comesToTheSame() throws Exception {
        String expected;
        try (Session undisturbed = new Session(new FaultyDatabase.Plan(), false)) {
            expected = undisturbed.run();
        }
        int sessions = 0;
        int failures = 0;
        boolean failed = true;
        for (int calls = 0; failed; calls += STEP) {
            assertTrue(calls < CALLS_MAX, "it never gets through");
            failed = false;
            for (int way = 0; way < 4; way++) {
                if (STEP > 1 && way != calls % 4) {
                    continue;
                }
                FaultyDatabase.Plan plan = new FaultyDatabase.Plan().undoing((way & 1) == 0);
                plan.failAfter(calls);
                try (Session session = new Session(plan, (way & 2) == 0)) {
                    assertEquals(expected, session.run(), "after a failure at call " + calls + ", way " + way);
                    sessions++;
                    failures += session.failures;
                }
                failed |= plan.hasFailed();
            }
        }
        System.out.println("a failure at each call of a session: sessions " + sessions + ", failures seen by the app "
                + failures + ", losses 0");
        assertTrue(sessions > 30, "only " + sessions + " sessions");
    }

    /** One device whose database fails, another one, and the relay between them. */
    private final class Session implements AutoCloseable {
        private final VirtualTime time = new VirtualTime();
        private final SimulatedRelay relay = SimulatedRelay.forTestSealers(SPACE, 1, time::millis);
        private final FaultyDatabase.Plan plan;
        private final boolean opensAnew;
        private final Path file;
        private final SyncClient other;
        private SyncClient client;
        private int failures;

        /** @param opensAnew whether the app closes everything after a failure, or just tries again */
        Session(FaultyDatabase.Plan plan, boolean opensAnew) throws Exception {
            this.plan = plan;
            this.opensAnew = opensAnew;
            this.file = Files.createTempDirectory(folder, "session").resolve("store.db");
            this.other = client(new MemoryStore(), 2);
        }

        private SyncClient client(Store store, long deviceSeed) {
            TestSealer sealer = TestSealer.of(SPACE, deviceSeed);
            relay.admit(sealer.publicKey());
            boolean opened = false;
            try {
                SyncClient made = SyncClient.builder(store, new SimulatedTransport(relay, sealer.device()), sealer)
                        .runtime(new SimulatedRuntime(time, deviceSeed))
                        .open();
                opened = true;
                return made;
            } finally {
                if (!opened) {
                    store.close();
                }
            }
        }

        private void open() {
            client = client(SqliteStore.open(file, SqliteStoreOptions.DEFAULTS, FaultyDatabase.driver(plan)), 1);
        }

        /** @return all that can be told of how it ended */
        String run() throws Exception {
            attempt(this::open);
            step(app -> app.collection("notes").put("a", JsonValue.of("mine")));
            step(app -> app.collection("counts").op("c", "add", JsonValue.parse(COUNT)));
            step(app -> app.transaction(tx -> {
                tx.put("notes", "b", JsonValue.parse("{\"x\":1}"));
                tx.op("counts", "c", "add", JsonValue.parse(COUNT));
                return tx.patch("notes", "b", JsonValue.parse("{\"y\":2}"));
            }));
            letOtherWrite("first");
            sync();
            step(app -> app.collection("notes").delete("b"));
            letOtherWrite("second");
            step(app -> app.collection("notes").put("a", JsonValue.of("mine again")));
            step(app -> app.collection("counts").op("c", "add", JsonValue.parse(COUNT)));
            sync();
            sync(other);
            String[] seen = new String[1];
            step(app -> seen[0] = seen(app));
            assertTrue(seen[0].startsWith(other.stateHash()), seen[0]);
            return seen[0];
        }

        private String seen(SyncClient app) {
            String all = app.stateHash() + " " + app.collections() + " " + app.conflicts() + " " + app.quarantine()
                    + " " + app.status() + " " + app.collection("counts").get("c") + " "
                    + relay.lastCounter(app.device());
            return withoutTimes(all);
        }

        private String withoutTimes(String seen) {
            return seen.replaceAll("\\d{13,}", "t");
        }

        private void letOtherWrite(String text) throws Exception {
            time.advance(Duration.ofSeconds(1));
            other.collection("notes").put("a", JsonValue.of("other's " + text));
            other.collection("notes").put(text, JsonValue.of(text));
            other.collection("counts").op("c", "add", JsonValue.parse("{\"count\":10}"));
            sync(other);
            time.advance(Duration.ofSeconds(1));
        }

        private interface Attempt {
            void run() throws Exception;
        }

        private void step(Consumer<SyncClient> work) throws Exception {
            attempt(() -> work.accept(client));
        }

        private void sync() throws Exception {
            attempt(() -> sync(client));
        }

        private void sync(SyncClient device) throws Exception {
            CompletableFuture<?> done = device.syncAsync();
            time.runDue();
            try {
                done.get();
            } catch (ExecutionException failed) {
                throw (SyncException) failed.getCause();
            }
        }

        /** Tries until it goes through; only the one failure may come between. */
        private void attempt(Attempt work) throws Exception {
            for (boolean through = false; !through; ) {
                try {
                    work.run();
                    through = true;
                } catch (StoreException failed) {
                    assertEquals(StoreException.Kind.IO, failed.kind());
                    recover();
                } catch (SyncException failed) {
                    assertEquals(BlockedBy.STORE, failed.blockedBy());
                    recover();
                }
            }
        }

        private void recover() {
            failures++;
            assertTrue(failures <= 1, "one failure shows twice");
            if (opensAnew && client != null) {
                client.close();
                open();
            }
        }

        @Override
        public void close() {
            for (SyncClient each : List.of(client, other)) {
                each.close();
            }
        }
    }
}
