package dev.tidelock.examples.bench;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.QueryListener;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What a live query costs who writes: one thread writes as fast as it can, one record per transaction, with and without a live query of which half the records are the result. The result must be
 * right in the end.
 */
final class LiveFigures {
    private static final int ROUNDS = 3;
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** After its first look, which is over everything, a live query takes some time to keep up. */
    private static final long SETTLING_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final int BATCH = 1000;
    private static final long WAIT_SECONDS_MAX = 60;

    /** The last write of a round; its time is later than that of any note. */
    private static final String LAST = "zz-last";

    private static final String TIME = "updatedAt";

    private final BenchFolder folder;
    private final List<Notes.Note> notes;
    private final List<JsonObject> values = new ArrayList<>();
    private final Query query;
    private long tick;

    LiveFigures(BenchFolder folder, List<Notes.Note> notes) {
        this.folder = folder;
        this.notes = notes;
        notes.forEach(note ->
                values.add(Objects.requireNonNull(JsonValue.parse(note.json()).asObject())));
        long middle = time(values.get(values.size() / 2));
        query = Query.matching(Condition.compare(TIME, Comparison.GREATER, middle))
                .orderByDescending(TIME);
    }

    private static long time(JsonObject value) {
        return Objects.requireNonNull(Objects.requireNonNull(value.get(TIME)).asNumber())
                .longValue();
    }

    /** Counts callbacks, and keeps what was told last. */
    private static final class Screen implements QueryListener {
        private final CompletableFuture<List<Found>> first = new CompletableFuture<>();
        private final CompletableFuture<List<Found>> last = new CompletableFuture<>();
        private final AtomicLong callbacks = new AtomicLong();

        @Override
        public void onChange(QueryChange change) {
            callbacks.incrementAndGet();
            first.complete(change.result());
            if (!change.isFirst()
                    && !change.result().isEmpty()
                    && change.result().get(0).id().equals(LAST)) {
                last.complete(change.result());
            }
        }
    }

    void measure(Consumer<Figure> figures) throws Exception {
        SpaceKeys keys = SpaceKeys.createSpace();
        SqliteStore store = SqliteStore.open(folder.place("live"));
        try (SyncClient client = SyncClient.builder(store, WriteFigures.neverAsked(keys), keys.sealer())
                .open()) {
            for (int from = 0; from < notes.size(); from += BATCH) {
                int begin = from;
                client.transaction(tx -> {
                    for (int i = begin; i < Math.min(notes.size(), begin + BATCH); i++) {
                        tx.put("notes", notes.get(i).id(), values.get(i));
                    }
                    return begin;
                });
            }
            measure(client.collection("notes"), figures);
        }
    }

    private void measure(Collection collection, Consumer<Figure> figures) throws Exception {
        double[] alone = new double[ROUNDS];
        double[] beside = new double[ROUNDS];
        double[] callbacks = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) { // the first one warms up, and does not count
            double withoutOne = writesPerSecond(collection, ROUND_NANOS);
            Screen screen = new Screen();
            double withOne;
            long callbacksMeanwhile;
            try (LiveQuery live = collection.observe(query, screen)) {
                await(screen.first);
                writesPerSecond(collection, SETTLING_NANOS);
                long callbacksBefore = screen.callbacks.get();
                withOne = writesPerSecond(collection, ROUND_NANOS);
                callbacksMeanwhile = screen.callbacks.get() - callbacksBefore;
                requireRight(collection, screen);
                live.close();
            }
            if (round >= 0) {
                alone[round] = withoutOne;
                beside[round] = withOne;
                callbacks[round] = callbacksMeanwhile * Timing.NANOS_PER_SECOND / ROUND_NANOS;
            }
            collection.delete(LAST);
        }
        figures.accept(Figure.speed(
                "writes beside a live query",
                Timing.median(beside),
                Timing.median(alone),
                Figure.ratio(0.8),
                Double.NaN));
        double most = 1000.0 / LiveOptions.DEFAULT_MIN_INTERVAL.toMillis();
        figures.accept(Figure.size(
                "callbacks meanwhile", Timing.median(callbacks), "1/s", Timing.median(beside), most + 1, Double.NaN));
    }

    private double writesPerSecond(Collection collection, long nanos) {
        long begun = System.nanoTime();
        long written = 0;
        while (System.nanoTime() - begun < nanos) {
            tick++;
            int index = (int) (tick * 7919 % values.size());
            JsonObject value = values.get(index);
            // Half of them come into the result or leave it; another time in each round through all of them.
            long other = (tick * 104_729 + tick / values.size() * 7) % values.size();
            long time = time(values.get((int) other));
            collection.put(notes.get(index).id(), value.with(TIME, JsonValue.of(time)));
            written++;
        }
        return written * Timing.NANOS_PER_SECOND / (System.nanoTime() - begun);
    }

    private void requireRight(Collection collection, Screen screen) throws Exception {
        collection.put(LAST, "{\"" + TIME + "\":" + Long.MAX_VALUE + "}");
        List<Found> told = await(screen.last);
        if (!told.equals(collection.find(query))) {
            throw new IllegalStateException("the live query ended with another result than the query has");
        }
    }

    private static List<Found> await(CompletableFuture<List<Found>> result)
            throws InterruptedException, ExecutionException, TimeoutException {
        return result.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
