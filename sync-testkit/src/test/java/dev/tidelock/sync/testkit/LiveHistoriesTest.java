package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.CollectionListener;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.QueryListener;
import dev.tidelock.sync.live.RecordChange;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of writes, here and by another process, in virtual time, with listeners that fail and executors that refuse: every change told leads from what was told before to
 * what there is, and the last one to what there is in the end.
 */
class LiveHistoriesTest {
    private static final List<Query> QUERIES = List.of(
            Query.all(),
            Query.matching(Condition.compare("n", Comparison.GREATER, 3)),
            Query.all().orderBy("n"),
            Query.matching(Condition.compare("n", Comparison.LESS, 7)).orderByDescending("n"),
            Query.all().withIdPrefix("r1").orderBy("n"),
            Query.all().orderBy("n").limit(3),
            Query.all().limit(4),
            Query.matching(Condition.exists("n"))
                    .orderByDescending("n")
                    .offset(2)
                    .limit(3),
            Query.all().orderBy("n").offset(1),
            Query.all().limit(0));

    private final TestSpace space = new TestSpace();

    /** What an app shows that only follows the changes. */
    private static final class Follower implements QueryListener, CollectionListener {
        private final SeededRandom random;
        private final Map<String, JsonValue> shown = new HashMap<>();
        private List<Found> result = List.of();
        private double failureRate;
        private boolean ready = true;
        private boolean first = true;
        private boolean inside;
        private int calls;
        private int errors;

        private Follower(SeededRandom random, double failureRate) {
            this.random = random;
            this.failureRate = failureRate;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void onChange(QueryChange change) {
            assertTrue(ready, "nothing is told that was not wanted");
            enter();
            assertEquals(first, change.isFirst());
            assertTrue(
                    first
                            || change.added().size()
                                            + change.updated().size()
                                            + change.removed().size()
                                    > 0,
                    "no change is told that is none");
            maybeFail();
            change.added().forEach(one -> assertNull(shown.put(one.id(), one.value())));
            change.updated()
                    .forEach(one ->
                            assertFalse(one.value().equals(assertNotNullValue(shown.put(one.id(), one.value())))));
            change.removed().forEach(one -> assertNotNull(shown.remove(one.id())));
            Map<String, JsonValue> all = new HashMap<>();
            change.result().forEach(found -> all.put(found.id(), found.value()));
            assertEquals(all, shown, "the changes lead to the result");
            assertEquals(all.size(), change.result().size());
            result = change.result();
            first = false;
            inside = false;
        }

        private static JsonValue assertNotNullValue(JsonValue value) {
            assertNotNull(value);
            return value;
        }

        @Override
        public void onChanges(List<RecordChange> changes) {
            enter();
            assertFalse(changes.isEmpty());
            maybeFail();
            for (RecordChange change : changes) {
                JsonValue before =
                        change.isDeleted() ? shown.remove(change.id()) : shown.put(change.id(), change.value());
                assertFalse(change.isDeleted() ? before == null : change.value().equals(before));
            }
            inside = false;
        }

        private void enter() {
            assertFalse(inside, "one call at a time");
            inside = true;
            calls++;
        }

        private void maybeFail() {
            if (random.chance(failureRate)) {
                inside = false;
                throw new IllegalStateException("the app has a bug");
            }
        }

        @Override
        public void onError(Exception failure) {
            errors++;
        }
    }

    private Executor executor(SeededRandom random, SimulatedRuntime runtime) {
        return switch (random.nextInt(3)) {
            case 0 -> Runnable::run;
            case 1 -> runtime.listenerExecutor();
            default ->
                task -> {
                    if (random.chance(0.3)) {
                        throw new RejectedExecutionException("full");
                    }
                    space.time.schedule(Duration.ofMillis(random.between(0, 80)), task);
                };
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
    void changes_whateverHappens_leadToWhatThereIs(long block) {
        for (long seed = block * 25; seed < block * 25 + 25; seed++) {
            history(new SeededRandom(seed));
        }
        space.close();
    }

    private void history(SeededRandom random) {
        TestSpace.Device device = space.device(1);
        SyncClient beside = space.reopened(device, device.disk).client;
        List<Collection> writers =
                List.of(device.client.collection("notes"), beside.collection("notes"), device.client.collection("b"));
        Collection observed = writers.get(0);
        for (int i = 0; i < 8; i++) {
            write(observed, random);
        }
        double failureRate = random.chance(0.5) ? 0.3 : 0;
        Map<Follower, Query> followers = new HashMap<>();
        List<Follower> all = new ArrayList<>();
        Map<Follower, LiveQuery> open = new HashMap<>();
        for (Query query : QUERIES) {
            Follower follower = new Follower(random.fork(all.size()), failureRate);
            followers.put(follower, query);
            all.add(follower);
            LiveOptions options = LiveOptions.DEFAULTS
                    .executor(executor(random, device.runtime))
                    .minInterval(Duration.ofMillis(random.between(1, 200)));
            open.put(follower, observed.observe(query, options, follower));
        }
        Follower listener = new Follower(random.fork(50), failureRate);
        observed.forEach(listener.shown::put);
        observed.addListener(LiveOptions.DEFAULTS.executor(executor(random, device.runtime)), listener);
        for (int step = 0; step < 40; step++) {
            write(random.pick(writers), random);
            if (random.chance(0.4)) {
                space.time.advance(Duration.ofMillis(random.magnitude(1, 2_000)));
            }
            Follower some = random.pick(all);
            some.ready = random.chance(0.5);
            if (some.ready) {
                open.get(some).resume();
            }
        }
        listener.failureRate = 0;
        for (Follower follower : all) {
            follower.failureRate = 0;
            follower.ready = true;
            open.get(follower).resume();
        }
        space.time.advance(Duration.ofMinutes(10));
        followers.forEach((follower, query) -> {
            assertEquals(observed.find(query), follower.result, query.toString());
            assertFalse(follower.first);
        });
        Map<String, JsonValue> there = new HashMap<>();
        observed.forEach(there::put);
        assertEquals(there, listener.shown);
        int calls = all.stream().mapToInt(follower -> follower.calls).sum();
        space.time.advance(Duration.ofMinutes(10));
        assertEquals(
                calls, all.stream().mapToInt(follower -> follower.calls).sum(), "when nothing changes nothing is told");
        device.client.close();
        beside.close();
    }

    private static void write(Collection into, SeededRandom random) {
        String id = "r" + random.between(0, 19);
        switch (random.nextInt(6)) {
            case 0 -> into.delete(id);
            case 1 -> into.patch(id, "{\"m\":" + random.between(0, 2) + "}");
            default -> into.put(id, "{\"n\":" + random.between(0, 9) + "}");
        }
    }
}
