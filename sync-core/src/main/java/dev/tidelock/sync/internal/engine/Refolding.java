package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Folds the records of a collection anew when the app has another strategy for it than the one that they were {@linkplain FoldedWith folded with}, and all records when
 * it has another version of a reducer. Some records at a time: how far it has come is noted in the store, so whoever opens that next goes on there.
 *
 * <p>An app that is too old for a collection leaves the records as they are. If it writes to them although a newer one has folded them, these are folded anew later.
 */
final class Refolding {
    /** How far it has come: a JSON array of what everything will have been folded with, the collection, and the last record's id. */
    private static final String NOTE = "folding";

    private static final int RECORDS_AT_ONCE = 200;

    private final EventApplier applier;

    Refolding(EventApplier applier) {
        this.applier = applier;
    }

    /**
     * Folds anew what has to be.
     *
     * @param afterCommit is told what has changed, a part at a time
     * @return whether anything had to be
     */
    boolean run(Store store, Consumer<PullOutcome> afterCommit) {
        if (store.read(reader -> FoldedWith.noted(reader).equals(applier.foldedWith.target(reader)))) {
            return false;
        }
        boolean[] more = {true};
        while (more[0]) {
            afterCommit.accept(store.write(tx -> {
                ApplyBatch batch = applier.batch(tx);
                RecordKey last = chunk(tx, batch);
                PullOutcome outcome = batch.finish();
                note(tx, last);
                more[0] = last != null;
                return outcome;
            }));
        }
        return true;
    }

    /** Some records of the first collection that is left; null if none is. Everything is read again: another process may do the same, or have undone it. */
    private @Nullable RecordKey chunk(StoreTransaction tx, ApplyBatch batch) {
        JsonObject target = applier.foldedWith.target(tx);
        RecordKey after = comeTo(tx, target);
        for (String collection : FoldedWith.stale(tx, FoldedWith.noted(tx), target)) {
            String begin = begin(collection, after);
            List<String> ids = begin == null ? List.of() : tx.recordIds(collection, begin, RECORDS_AT_ONCE);
            ids.forEach(id -> batch.foldAnew(new RecordKey(collection, id)));
            if (!ids.isEmpty()) {
                return new RecordKey(collection, ids.get(ids.size() - 1));
            }
        }
        return null;
    }

    /** The id in a collection after which to go on; empty for its beginning, null if it is done. */
    private static @Nullable String begin(String collection, @Nullable RecordKey done) {
        if (done == null || done.compareTo(new RecordKey(collection, "\0")) < 0) {
            return "";
        }
        return done.collection().equals(collection) ? done.id() : null;
    }

    private void note(StoreTransaction tx, @Nullable RecordKey last) {
        JsonObject target = applier.foldedWith.target(tx);
        if (last == null) {
            FoldedWith.note(tx, target.members());
            tx.setNote(NOTE, null);
        } else {
            FoldedWith.noteBegin(tx, target);
            List<JsonValue> progress = List.of(target, JsonValue.of(last.collection()), JsonValue.of(last.id()));
            tx.setNote(NOTE, JsonValue.array(progress).toJson());
        }
    }

    /** What has been done so far may have been undone. */
    static void beginAnew(StoreTransaction tx) {
        if (tx.note(NOTE) != null) {
            tx.setNote(NOTE, null);
        }
    }

    /** The last record that is done; null if none is. */
    private static @Nullable RecordKey comeTo(StoreReader reader, JsonObject target) {
        String note = reader.note(NOTE);
        if (note == null) {
            return null;
        }
        List<JsonValue> progress =
                Objects.requireNonNull(JsonValue.parse(note).asArray()).items();
        return !progress.get(0).equals(target)
                ? null
                : new RecordKey(
                        Objects.requireNonNull(progress.get(1).asString()),
                        Objects.requireNonNull(progress.get(2).asString()));
    }
}
