package dev.tidelock.sync.internal.live;

import dev.tidelock.sync.internal.query.QueryRun;
import dev.tidelock.sync.internal.query.Visibility;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.RecordChange;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how the records of a collection differ from what an app has been told, as of one moment: by what they show, so that a change that leaves a record as it was is
 * none.
 *
 * @param <V> what is kept of a record
 */
abstract class ChangeLook<V> implements Look {
    final Observed observed;
    final Told<V> told = new Told<>();

    ChangeLook(Observed observed) {
        this.observed = observed;
    }

    /**
     * What was read, at one moment.
     *
     * @param all everything that the query finds, in any order; null if only some records were looked at
     * @param some those that may be others, by id
     */
    private record Reading<V>(@Nullable Map<String, V> all, Map<String, Seen<V>> some) {}

    /**
     * A record as it was read.
     *
     * @param entry what is kept of it; null if the query does not find it
     * @param value what it is, if it is there
     * @param latest the stamp of its latest change
     */
    record Seen<V>(
            @Nullable V entry,
            @Nullable JsonValue value,
            @Nullable Stamp latest) {
        RecordChange change(String id) {
            return new RecordChange(
                    id, value, latest == null ? null : latest.device(), latest == null ? 0 : latest.millis());
        }
    }

    /** What is kept of a record that the query finds. */
    abstract V entry(String id, JsonValue value);

    /** The value in what is kept; null if it is not. */
    abstract @Nullable JsonValue valueOf(V entry);

    /** Whether all must be read to say what these have changed. */
    abstract boolean mustReadAll(Map<String, Seen<V>> some);

    /** Everything was read: all that there is, in any order. Before it is in {@link #told}. */
    abstract void replaced(Map<String, V> all);

    /** Some records were read. Before they are in {@link #told}. */
    abstract void changed(Map<String, Seen<V>> some);

    /** Tells the app.
     *
     * @param seen the records that may be others than it was told, by id
     */
    abstract void tell(Map<String, Seen<V>> seen, BooleanSupplier isOpen);

    @Override
    public final boolean at(Marks marked, BooleanSupplier isOpen) {
        Reading<V> reading = observed.read(reader -> read(reader, marked));
        if (reading.all == null) {
            changed(reading.some);
        } else {
            replaced(reading.all);
        }
        reading.some.forEach((id, seen) -> told.set(id, seen.entry));
        tell(reading.some, isOpen);
        return reading.all != null;
    }

    private Reading<V> read(StoreReader reader, Marks marked) {
        Visibility visibility = observed.visibility(reader);
        if (!marked.isEverything()) {
            Set<String> ids = new TreeSet<>(marked.ids()); // in order, neighbours are read together
            ids.addAll(told.untold());
            Map<String, Seen<V>> some = new HashMap<>();
            ids.forEach(id -> some.put(id, see(reader, visibility, id)));
            if (!mustReadAll(some)) {
                return new Reading<>(null, some);
            }
        }
        Map<String, V> all = readAll(reader, visibility);
        Set<String> ids = told.differences(all);
        ids.addAll(told.untold());
        Map<String, Seen<V>> some = new HashMap<>();
        ids.forEach(id -> some.put(id, see(reader, visibility, id, all.get(id))));
        return new Reading<>(all, some);
    }

    final Map<String, V> readAll(StoreReader reader, Visibility visibility) {
        Map<String, V> all = new LinkedHashMap<>();
        new QueryRun(reader, observed.collection(), visibility).find(observed.asked(), (id, value) -> {
            all.put(id, entry(id, value));
            return true;
        });
        return all;
    }

    private Seen<V> see(StoreReader reader, Visibility visibility, String id) {
        RecordKey key = new RecordKey(observed.collection(), id);
        RecordState state = reader.record(key);
        JsonValue value = state.value();
        if (value == null || !visibility.isVisible(key, value)) {
            return new Seen<>(null, null, state.latest());
        }
        Query query = observed.query();
        return new Seen<>(query.test(id, value) ? entry(id, value) : null, value, state.latest());
    }

    /** The query has settled whether it finds the record. */
    private Seen<V> see(StoreReader reader, Visibility visibility, String id, @Nullable V entry) {
        if (entry == null) {
            Seen<V> seen = see(reader, visibility, id);
            return new Seen<>(null, seen.value, seen.latest);
        }
        RecordState state = reader.record(new RecordKey(observed.collection(), id));
        JsonValue kept = valueOf(entry);
        return new Seen<>(entry, kept == null ? state.value() : kept, state.latest());
    }
}
