package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.RecordChange;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Live queries with the threads of the machine: no schedule of them loses the last change. */
class LiveQueryThreadsTest {
    private static final int WRITERS = 4;
    private static final int WRITES = 1_500;

    private final TestSpace space = new TestSpace();
    private final SystemRuntime runtime = new SystemRuntime();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TestSpace.Device device = space.device(1, new MemoryDisk(), builder -> builder.runtime(runtime));
    private final Collection notes = device.client.collection("notes");

    @AfterEach
    void close() {
        space.close();
        runtime.close();
        threads.shutdownNow();
    }

    /** Follows the changes until one record is there. */
    private static final class Follower {
        private final CompletableFuture<List<Found>> atTheEnd = new CompletableFuture<>();
        private final Map<String, JsonValue> shown = new HashMap<>();

        void onChange(QueryChange change) {
            change.added().forEach(this::show);
            change.updated().forEach(this::show);
            change.removed().forEach(one -> shown.remove(one.id()));
            if (change.result().size() != shown.size()) {
                atTheEnd.completeExceptionally(new AssertionError("the changes do not lead to the result"));
            }
            if (shown.containsKey("end")) {
                atTheEnd.complete(change.result());
            }
        }

        private void show(RecordChange change) {
            shown.put(change.id(), change.value());
        }

        List<Found> await() throws Exception {
            return atTheEnd.get(60, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void writersOnManyThreads_theLastStateIsTold(int kind) throws Exception {
        SyncClient beside = space.reopened(device, device.disk).client;
        LiveOptions options = LiveOptions.DEFAULTS.minInterval(Duration.ofMillis(1));
        LiveOptions chosen = switch (kind) {
            case 0 -> options.executor(threads);
            case 1 -> options.executor(Runnable::run);
            default -> options;
        };
        List<Query> queries = List.of(
                Query.all(),
                Query.matching(Condition.exists("n")).orderBy("n"),
                Query.all().orderByDescending("n").limit(10));
        List<Future<?>> writing = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            Collection into = writer == 0 ? beside.collection("notes") : notes;
            SeededRandom random = new SeededRandom(kind * 10L + writer);
            writing.add(threads.submit(() -> write(into, random)));
        }
        List<Follower> followers = new ArrayList<>();
        for (Query query : queries) {
            Follower follower = new Follower();
            followers.add(follower);
            notes.observe(query, chosen, follower::onChange); // while all write
        }
        for (Future<?> each : writing) {
            each.get(60, TimeUnit.SECONDS);
        }
        Collection last = kind == 1 ? beside.collection("notes") : notes;
        last.put("end", "{\"n\":" + Long.MAX_VALUE + "}");
        for (int i = 0; i < queries.size(); i++) {
            assertEquals(notes.find(queries.get(i)), followers.get(i).await());
        }
    }

    private static Object write(Collection into, SeededRandom random) {
        for (int i = 0; i < WRITES; i++) {
            String id = "r" + random.nextInt(200);
            if (random.chance(0.2)) {
                into.delete(id);
            } else {
                into.put(id, "{\"n\":" + random.nextInt(1_000) + "}");
            }
        }
        return into;
    }

    @Test
    void close_whileACallbackRuns_doesNotWaitForItAndLetsNoOtherBegin() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<QueryChange> told = new ArrayList<>();
        LiveQuery live = notes.observe(Query.all(), LiveOptions.DEFAULTS.executor(threads), change -> {
            told.add(change);
            inside.countDown();
            awaitQuietly(goOn);
        });
        assertTrue(inside.await(60, TimeUnit.SECONDS));
        notes.put("a", "1");
        live.close();
        goOn.countDown();
        threads.shutdown();
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
        assertEquals(1, told.size());
    }

    @Test
    void writer_neitherWaitsForACallbackNorForTheEngine() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        runtime.schedule(Duration.ZERO, () -> awaitQuietly(goOn)); // the engine waits for the network
        notes.observe(Query.all(), LiveOptions.DEFAULTS.executor(threads), change -> {
            inside.countDown();
            awaitQuietly(goOn);
        });
        assertTrue(inside.await(60, TimeUnit.SECONDS));
        for (int i = 0; i < 100; i++) {
            notes.put("n" + i, "1");
        }
        Follower follower = new Follower();
        notes.observe(Query.all(), follower::onChange);
        notes.put("end", "1");
        assertEquals(101, follower.await().size());
        assertFalse(goOn.await(0, TimeUnit.SECONDS));
        goOn.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
