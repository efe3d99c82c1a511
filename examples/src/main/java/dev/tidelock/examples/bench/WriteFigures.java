package dev.tidelock.examples.bench;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.sqlite.SqliteStore;
import dev.tidelock.sync.sqlite.SqliteStoreOptions;
import dev.tidelock.sync.sqlite.SqliteStoreOptions.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** How fast notes are written locally, from JSON text to durable. */
final class WriteFigures {
    private static final int ROUNDS = 3;
    private static final int BATCH = 1000;

    /** Waiting for the disk after each is slow on some machines, and the same however many there are. */
    private static final int FULL_RECORDS_MAX = 2000;

    private final BenchFolder folder;
    private final List<Notes.Note> notes;

    WriteFigures(BenchFolder folder, List<Notes.Note> notes) {
        this.folder = folder;
        this.notes = notes;
    }

    void measure(Consumer<Figure> figures) throws Exception {
        List<Notes.Note> few = notes.subList(0, Math.min(notes.size(), FULL_RECORDS_MAX));
        double[] normal = pair(notes, Durability.CRASH_SAFE, "NORMAL", 1, 1);
        figures.accept(
                Figure.speed("writes, 1 per transaction, NORMAL", normal[0], normal[1], Figure.ratio(0.7), 3_530));
        double[] full = pair(few, Durability.POWER_SAFE, "FULL", 1, 1);
        figures.accept(Figure.speed("writes, 1 per transaction, FULL", full[0], full[1], Figure.ratio(0.9), 746));
        double[] batched = pair(notes, Durability.CRASH_SAFE, "NORMAL", BATCH, notes.size());
        figures.accept(Figure.speed("writes, 1,000 per transaction", batched[0], batched[1], Figure.ratio(0.6), 7_873));
    }

    /** Ours and the floor. */
    private double[] pair(
            List<Notes.Note> written,
            Durability durability,
            String synchronous,
            int perTransaction,
            int floorPerTransaction)
            throws Exception {
        return Timing.medianPerSecond(
                written.size(),
                ROUNDS,
                () -> write(written, durability, perTransaction),
                () -> SqliteFloor.write(folder.place("floor"), synchronous, written, floorPerTransaction));
    }

    private long write(List<Notes.Note> written, Durability durability, int perTransaction) {
        SpaceKeys keys = SpaceKeys.createSpace();
        SqliteStore store =
                SqliteStore.open(folder.place("store"), SqliteStoreOptions.DEFAULTS.withDurability(durability));
        try (SyncClient client =
                SyncClient.builder(store, neverAsked(keys), keys.sealer()).open()) {
            Collection collection = client.collection("notes");
            long begun = System.nanoTime();
            if (perTransaction == 1) {
                written.forEach(note -> collection.put(note.id(), JsonValue.parse(note.json())));
            } else {
                batches(written, perTransaction)
                        .forEach(batch -> client.transaction(tx -> {
                            batch.forEach(note -> tx.put("notes", note.id(), JsonValue.parse(note.json())));
                            return batch.size();
                        }));
            }
            return System.nanoTime() - begun;
        }
    }

    private static List<List<Notes.Note>> batches(List<Notes.Note> notes, int size) {
        List<List<Notes.Note>> batches = new ArrayList<>();
        for (int from = 0; from < notes.size(); from += size) {
            batches.add(notes.subList(from, Math.min(notes.size(), from + size)));
        }
        return batches;
    }

    /** A relay that no figure asks. */
    static Transport neverAsked(SpaceKeys keys) {
        return HttpRelay.at("http://localhost:1", System::currentTimeMillis)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt)
                .transport();
    }
}
