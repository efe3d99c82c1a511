package dev.tidelock.sync;

import dev.tidelock.sync.internal.engine.SyncEngine;
import dev.tidelock.sync.internal.live.Observations;
import dev.tidelock.sync.internal.live.Observed;
import dev.tidelock.sync.internal.query.QueryRun;
import dev.tidelock.sync.internal.query.Visibility;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.CollectionListener;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.live.Observation;
import dev.tidelock.sync.live.QueryListener;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.PastVersion;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordVersion;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A named group of records; each is a JSON value with an id.
 *
 * <p>Every change is durable when the call returns, and returns the id of its event. Safe for use by any number of threads.
 */
public final class Collection {
    private final Store store;
    private final SyncEngine engine;
    private final Observations observations;
    private final String name;

    Collection(Store store, SyncEngine engine, Observations observations, String name) {
        this.store = store;
        this.engine = engine;
        this.observations = observations;
        this.name = name;
    }

    /** The name of the collection. */
    public String name() {
        return name;
    }

    /** The record of that id, if there is one. */
    public Optional<JsonValue> get(String id) {
        RecordKey key = key(id);
        return Optional.ofNullable(store.read(reader -> {
            JsonValue value = reader.record(key).value();
            return value != null && engine.visibility(reader).isVisible(key, value) ? value : null;
        }));
    }

    /** The record's version, for {@link Transaction#expect}: another one as soon as anybody has changed it. */
    public RecordVersion version(String id) {
        RecordKey key = key(id);
        return new RecordVersion(store.read(reader -> reader.record(key).heads()));
    }

    /**
     * Sets the whole record.
     *
     * @throws WriteRefusedException if it is longer than a mebibyte of canonical JSON
     */
    public EventId put(String id, JsonValue value) {
        return write(id, Op.put(value));
    }

    /** As {@link #put(String, JsonValue)}, from JSON text. */
    public EventId put(String id, String json) throws JsonFormatException {
        return put(id, JsonValue.parse(json));
    }

    /** Changes members of the record: JSON Merge Patch, RFC 7396. A record that does not exist counts as an empty object. */
    public EventId patch(String id, JsonValue patch) {
        return write(id, Op.patch(patch));
    }

    /** As {@link #patch(String, JsonValue)}, from JSON text. */
    public EventId patch(String id, String json) throws JsonFormatException {
        return patch(id, JsonValue.parse(json));
    }

    /** Applies a named op. Concurrent ops are all applied, on every device in the same order. */
    public EventId op(String id, String opName, JsonValue argument) {
        return write(id, Op.named(opName, argument));
    }

    /** Removes the record; harmless if there is none. An edit made elsewhere by someone who had not seen this brings it back. */
    public EventId delete(String id) {
        return write(id, Op.delete());
    }

    /**
     * What the latest changes made of the record, newest first: whoever made them, on whatever device, as far back as this device holds them. A change that was made
     * at the same time as another one shows without it; the record as it is now is {@link #get}'s.
     *
     * @param countMax how many at most, 1 or more
     */
    public List<PastVersion> history(String id, int countMax) {
        if (countMax < 1) {
            throw new IllegalArgumentException("a history of " + countMax + " versions; 1 or more are accepted");
        }
        return engine.history(key(id), countMax);
    }

    /**
     * Makes the record what an earlier change had made of it: as a change of now, so everything in between stays in its history.
     *
     * @param change from {@link #history}
     * @throws NoSuchElementException if it is none of the record's changes
     */
    public EventId restore(String id, EventId change) {
        RecordKey key = key(id);
        return engine.write(writes -> {
            PastVersion version = writes.version(key, change);
            if (version == null) {
                throw new NoSuchElementException("the record has no change '" + change + "' in its history");
            }
            JsonValue value = version.value();
            return writes.write(key, value == null ? Op.delete() : Op.put(value));
        });
    }

    private EventId write(String id, Op op) {
        RecordKey key = key(id);
        return engine.write(writes -> writes.write(key, op));
    }

    /**
     * Shows every record, in the order of their ids' UTF-8 bytes, as of one moment. Holds few in memory. Writers do not wait for it; changes made meanwhile do
     * not show. To be told of changes, {@link #observe}.
     */
    public void forEach(BiConsumer<String, JsonValue> visitor) {
        store.read(reader -> {
            Visibility visibility = engine.visibility(reader);
            reader.records(name, (key, value) -> {
                if (visibility.isVisible(key, value)) {
                    visitor.accept(key.id(), value);
                }
            });
            return name;
        });
    }

    /**
     * The records that a query finds, in its order, as of one moment. Holds all of them in memory: set a limit, or use {@link #find(Query, BiConsumer)}, where there may be many.
     */
    public List<Found> find(Query query) {
        List<Found> found = new ArrayList<>();
        find(query, (id, value) -> found.add(new Found(id, value)));
        return found;
    }

    /**
     * Shows the records that a query finds, in its order, as of one moment. Holds few in memory, and what the order compares for some 50,000 at most. Writers do not wait
     * for it; changes made meanwhile do not show.
     */
    public void find(Query query, BiConsumer<String, JsonValue> visitor) {
        store.read(reader -> {
            new QueryRun(reader, name, engine.visibility(reader)).find(query, (id, value) -> {
                visitor.accept(id, value);
                return true;
            });
            return name;
        });
    }

    /** How many records a query finds, within its offset and limit. */
    public long count(Query query) {
        return store.read(reader -> new QueryRun(reader, name, engine.visibility(reader)).count(query));
    }

    /** As {@link #observe(Query, LiveOptions, QueryListener)}, with {@link LiveOptions#DEFAULTS}. */
    public LiveQuery observe(Query query, QueryListener listener) {
        return observe(query, LiveOptions.DEFAULTS, listener);
    }

    /**
     * Keeps the result of a query up to date: tells it at once, and then each time it has become another one, whoever changed it: this app, another device, or another process on the same
     * store (that within a second). Many changes in a short time are told as one. The last one is always told: whenever changes end, the listener ends up with what {@link #find(Query)} says.
     *
     * <p>Callbacks come on the executor of the options, one at a time, under no lock, until the live query or the client is closed. A writer does no more than note what it has changed. The whole
     * result is in memory while the live query is open: for a large collection, set a limit. Without a limit, each change costs what it changes; with one, the query runs again if it may matter.
     *
     * @return closes it
     */
    public LiveQuery observe(Query query, LiveOptions options, QueryListener listener) {
        Objects.requireNonNull(listener, "listener");
        return observations.observe(observed(query), options, listener);
    }

    /** As {@link #addListener(LiveOptions, CollectionListener)}, with {@link LiveOptions#DEFAULTS}. */
    public Observation addListener(CollectionListener listener) {
        return addListener(LiveOptions.DEFAULTS, listener);
    }

    /**
     * Tells which records become others from now on, and what: whoever changes them, as {@link #observe} does. Several changes of one record in a short time are told as one; what leaves a
     * record as it was is not told. Holds some hundred bytes per record in memory, and no values; reads the collection once before it returns.
     *
     * @return closes it
     */
    public Observation addListener(LiveOptions options, CollectionListener listener) {
        Objects.requireNonNull(listener, "listener");
        return observations.listen(observed(Query.all()), options, listener);
    }

    private Observed observed(Query query) {
        return new Observed(store, name, engine::visibility, query);
    }

    /**
     * How a query is answered, for people: one line for each step, such as the index that is used, what is tested record by record, and whether the results are sorted. It shows the query's
     * own values: never log it.
     */
    public List<String> explain(Query query) {
        return store.read(reader -> new QueryRun(reader, name, engine.visibility(reader)).explain(query));
    }

    private RecordKey key(String id) {
        return new RecordKey(name, id);
    }
}
