package dev.tidelock.examples.bench;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** How long queries on indexes take, and what indexes cost those who write. */
final class QueryFigures {
    private static final Index BY_TAG = Index.on("tags[0]", "updatedAt");
    private static final Index BY_TIME = Index.on("updatedAt");
    private static final Index BY_WORD = Index.fullText("title");

    private static final int ROUNDS = 3;
    private static final int BATCH = 1000;
    private static final int WARM_UP = 300;
    private static final int QUERIES = 1000;
    private static final int LIMIT = 20;
    private static final int WRITTEN_MAX = 20_000;
    private static final int SAMPLES = 2000;
    private static final double NANOS_PER_MICRO = 1000;
    private static final double AIM_MICROS = 5000;

    private final BenchFolder folder;
    private final int records;
    private final SpaceKeys keys = SpaceKeys.createSpace();

    /** Some of the notes, from all over: what is asked for is there. */
    private final List<JsonValue> samples = new ArrayList<>();

    QueryFigures(BenchFolder folder, int records) {
        this.folder = folder;
        this.records = records;
    }

    void measure(Consumer<Figure> figures) throws Exception {
        writes(figures);
        Path file = folder.place("store");
        fill(file);
        long begun = System.nanoTime();
        open(file, BY_TAG).close();
        double perSecond = records * Timing.NANOS_PER_SECOND / (System.nanoTime() - begun);
        try (QueryFloor floor = QueryFloor.make(folder.place("floor"), records)) {
            figures.accept(Figure.plainSpeed(
                    "build an index on two members", perSecond, floor.indexedPerSecond(), Figure.ratio(0.1)));
            try (SyncClient client = open(file, BY_TAG, BY_TIME)) {
                queries(client.collection("notes"), floor, figures);
            }
        }
    }

    private SyncClient open(Path file, Index... indexes) {
        SyncClientBuilder builder = SyncClient.builder(
                SqliteStore.open(file),
                HttpRelay.at("http://localhost:1", System::currentTimeMillis)
                        .open(keys.space(), keys.identity().publicKey(), keys::tokenAt)
                        .transport(),
                keys.sealer());
        builder.noOtherIndexes("notes");
        for (Index index : indexes) {
            builder.index("notes", index);
        }
        return builder.open();
    }

    private void fill(Path file) {
        try (SyncClient client = open(file)) {
            List<Notes.Note> batch = new ArrayList<>();
            Notes.forEach(records, note -> {
                batch.add(note);
                if (batch.size() == BATCH) {
                    write(client, batch);
                }
            });
            write(client, batch);
        }
    }

    private void write(SyncClient client, List<Notes.Note> batch) {
        client.transaction(tx -> {
            for (Notes.Note note : batch) {
                JsonValue value = JsonValue.parse(note.json());
                tx.put("notes", note.id(), value);
                if (samples.size() < SAMPLES && note.id().startsWith("0")) {
                    samples.add(value);
                }
            }
            return batch.size();
        });
        batch.clear();
    }

    /** With one index, with words, and without: all in the same run. */
    private void writes(Consumer<Figure> figures) throws Exception {
        List<Notes.Note> notes = Notes.generate(Math.min(records, WRITTEN_MAX));
        double[] members =
                Timing.medianPerSecond(notes.size(), ROUNDS, () -> timed(notes, BY_TIME), () -> timed(notes));
        figures.accept(
                Figure.plainSpeed("writes with an index (floor: without)", members[0], members[1], Figure.ratio(0.6)));
        double[] words = Timing.medianPerSecond(notes.size(), ROUNDS, () -> timed(notes, BY_WORD), () -> timed(notes));
        figures.accept(Figure.plainSpeed("writes with words (floor: without)", words[0], words[1], Figure.ratio(0.3)));
    }

    private long timed(List<Notes.Note> notes, Index... indexes) {
        try (SyncClient client = open(folder.place("written"), indexes)) {
            long begun = System.nanoTime();
            for (int from = 0; from < notes.size(); from += BATCH) {
                write(client, new ArrayList<>(notes.subList(from, Math.min(notes.size(), from + BATCH))));
            }
            return System.nanoTime() - begun;
        }
    }

    /** Something to be asked, with a note that it is about. */
    @FunctionalInterface
    private interface Asked {
        int ask(JsonValue note) throws Exception;
    }

    private void queries(Collection notes, QueryFloor floor, Consumer<Figure> figures) throws Exception {
        pair(
                "first tag, latest 20",
                note -> notes.find(Query.matching(Condition.equal("tags[0]", tag(note)))
                                .orderByDescending("updatedAt")
                                .limit(LIMIT))
                        .size(),
                note -> floor.byTag(tag(note), LIMIT),
                figures);
        pair(
                "20 from a time on",
                note -> notes.find(Query.matching(Condition.compare("updatedAt", Comparison.AT_LEAST, time(note)))
                                .orderBy("updatedAt")
                                .limit(LIMIT))
                        .size(),
                note -> floor.byTime(time(note), LIMIT),
                figures);
        pair(
                "exactly that time",
                note -> notes.find(Query.matching(Condition.equal("updatedAt", time(note))))
                        .size(),
                note -> floor.atTime(time(note)),
                figures);
    }

    private static String tag(JsonValue note) {
        return String.valueOf(Objects.requireNonNull(note.asObject().get("tags"))
                .asArray()
                .items()
                .get(0)
                .asString());
    }

    private static long time(JsonValue note) {
        return Objects.requireNonNull(note.asObject().get("updatedAt"))
                .asNumber()
                .longValue();
    }

    /** Ours and the floor's in turn, so that both see the same machine. */
    private void pair(String name, Asked ours, Asked floor, Consumer<Figure> figures) throws Exception {
        double[] micros = new double[QUERIES];
        double[] floorMicros = new double[QUERIES];
        for (int i = -WARM_UP; i < QUERIES; i++) {
            JsonValue note = samples.get(Math.floorMod(i * 31, samples.size()));
            long begun = System.nanoTime();
            int found = ours.ask(note);
            long between = System.nanoTime();
            int bare = floor.ask(note);
            long end = System.nanoTime();
            if (found != bare || found == 0) {
                throw new IllegalStateException(name + ": " + found + " records, and the floor has " + bare);
            }
            if (i >= 0) {
                micros[i] = (between - begun) / NANOS_PER_MICRO;
                floorMicros[i] = (end - between) / NANOS_PER_MICRO;
            }
        }
        Arrays.sort(micros);
        Arrays.sort(floorMicros);
        for (int percent : new int[] {50, 99}) {
            int at = QUERIES * percent / 100;
            figures.accept(Figure.plainSize(
                    name + ", p" + percent, micros[at], "us", floorMicros[at], Figure.value(AIM_MICROS)));
        }
    }
}
