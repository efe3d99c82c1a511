package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.store.Store;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Random queries on random records give what looking at every record gives, in that order, whatever indexes there are: the same for each store, as all are held to the same. Extend it, and say how a new
 * store is made. {@code -Dtidelock.long=true} asks 100,000 of them.
 */
public abstract class StoreQueriesContract {
    private static final int QUERIES = Boolean.getBoolean("tidelock.long") ? 100_000 : 4_000;
    private static final int QUERIES_EACH = 100;
    private static final int PARTS = 20; // a store of its own for each, so that none grows without end
    private static final int RECORDS_MAX = 120;

    private final long seed = Long.getLong("tidelock.seed", 1);

    /** Makes a new, empty store. */
    protected abstract Store create();

    @RepeatedTest(PARTS)
    void queries_anyOnAnything_giveWhatLookingAtEveryRecordGives(RepetitionInfo part) {
        SpaceId space = SpaceId.of(new byte[SpaceId.BYTES]);
        VirtualTime time = new VirtualTime();
        SimulatedRelay relay = SimulatedRelay.forTestSealers(space, 1, time::millis);
        TestSealer sealer = TestSealer.of(space, 1);
        Store store = create();
        try (SyncClient client = SyncClient.builder(store, new SimulatedTransport(relay, sealer.device()), sealer)
                .runtime(new SimulatedRuntime(time, 1))
                .listenerExecutor(Runnable::run)
                .open()) {
            int rounds = QUERIES / QUERIES_EACH / PARTS;
            int first = rounds * (part.getCurrentRepetition() - 1);
            for (int round = first; round < first + rounds; round++) {
                new Round(store, client, "c" + round, new SeededRandom(seed).fork(round)).run();
            }
        }
    }

    /** A collection of its own. */
    private static final class Round {
        private final Store store;
        private final SyncClient client;
        private final String collection;
        private final SeededRandom random;
        private final RandomQueries make;

        Round(Store store, SyncClient client, String collection, SeededRandom random) {
            this.store = store;
            this.client = client;
            this.collection = collection;
            this.random = random;
            this.make = new RandomQueries(random);
        }

        void run() {
            boolean indexFirst = random.chance(0.5);
            if (!indexFirst) {
                change(random.nextInt(RECORDS_MAX));
            }
            for (Index index : make.indexes()) {
                addIndex(index);
            }
            if (indexFirst) {
                change(random.nextInt(RECORDS_MAX));
            }
            List<Found> all = all();
            for (int i = 0; i < QUERIES_EACH; i++) {
                Query query = make.query();
                if (i % 20 == 19) {
                    askWithin(query);
                    change(5);
                    all = all();
                }
                ask(query, all);
            }
        }

        private void addIndex(Index index) {
            int step = 1 + random.nextInt(50);
            store.write(tx -> {
                tx.addIndex(collection, index);
                return true;
            });
            boolean ready = random.chance(0.05); // then it is not built, and nobody uses it
            while (!ready) {
                ready = store.write(tx -> tx.buildIndex(collection, index, step));
            }
        }

        private void change(int count) {
            client.transaction(tx -> {
                for (int i = 0; i < count; i++) {
                    if (random.chance(0.1)) {
                        tx.delete(collection, make.id());
                    } else {
                        tx.put(collection, make.id(), make.record());
                    }
                }
                return tx;
            });
        }

        private List<Found> all() {
            List<Found> all = new ArrayList<>();
            client.collection(collection).forEach((id, value) -> all.add(new Found(id, value)));
            return all;
        }

        private void ask(Query query, List<Found> all) {
            List<Found> expected = expected(query, all);
            List<Found> found = client.collection(collection).find(query);
            assertEquals(expected, found, () -> said(query));
            assertEquals(
                    expected.size(), client.collection(collection).count(query), () -> "the count of " + said(query));
        }

        private String said(Query query) {
            return query + " in " + collection + ", found by "
                    + client.collection(collection).explain(query);
        }

        /** A transaction sees what it has changed. */
        private void askWithin(Query query) {
            client.transaction(tx -> {
                for (int i = 0; i < 5; i++) {
                    JsonValue record = make.record();
                    String id = make.id();
                    if (random.chance(0.3)) {
                        tx.delete(collection, id);
                    } else {
                        tx.put(collection, id, record);
                    }
                }
                List<Found> all = tx.find(collection, Query.all());
                assertEquals(expected(query, all), tx.find(collection, query), () -> "within, " + query);
                assertEquals(expected(query, all).size(), tx.count(collection, query), () -> "within, " + query);
                return tx;
            });
        }

        private static List<Found> expected(Query query, List<Found> all) {
            List<Found> expected = new ArrayList<>();
            for (Found one : all) {
                if (query.test(one.id(), one.value())) {
                    expected.add(one);
                }
            }
            expected.sort(query.comparator());
            int from = (int) Math.min(query.offset(), expected.size());
            int to = (int) Math.min(expected.size() - from, query.limit()) + from;
            return expected.subList(from, to);
        }
    }
}
