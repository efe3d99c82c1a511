package dev.tidelock.sync;

import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.internal.engine.SyncEngine;
import dev.tidelock.sync.internal.typed.RecordCodec;
import dev.tidelock.sync.internal.typed.Undecodable;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.RecordVersion;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A collection whose records are values of a type of the app's.
 *
 * <p>Nothing that another version of the app has written is lost: {@link #put} and {@link #update} keep what the type does not know of the record, in nested
 * objects too, and the form of what they leave alone. What the type knows becomes what the app has set; what it has set to null goes. Items of arrays keep what is
 * unknown in them if they are left alone, or are objects with the same {@code id}. A record that does not decode is replaced as a whole by a put; its
 * {@linkplain Collection#history history} keeps what it was.
 *
 * <p>Every change is durable when the call returns, and returns the id of its event. Safe for use by any number of threads.
 *
 * @param <T> the app's type
 */
public final class TypedCollection<T> {
    private final Collection raw;
    private final SyncEngine engine;
    private final RecordCodec<T> codec;

    TypedCollection(Collection raw, SyncEngine engine, RecordCodec<T> codec) {
        this.raw = raw;
        this.engine = engine;
        this.codec = codec;
    }

    /** The name of the collection. */
    public String name() {
        return raw.name();
    }

    /** The same collection, as JSON. */
    public Collection raw() {
        return raw;
    }

    RecordCodec<T> codec() {
        return codec;
    }

    /**
     * The record of that id, if there is one.
     *
     * @throws CodecException if it does not decode; {@link #raw} has it as it is
     */
    public Optional<T> get(String id) {
        return raw.get(id).map(codec::decode);
    }

    /** As {@link Collection#version}. */
    public RecordVersion version(String id) {
        return raw.version(id);
    }

    /**
     * Sets the record. What the type does not know of it stays; to set the whole record, put into {@link #raw}.
     *
     * @throws CodecException if the value has no JSON form
     * @throws WriteRefusedException if it is longer than a mebibyte of canonical JSON
     */
    public EventId put(String id, T value) {
        return write(records -> records.put(id, value));
    }

    /**
     * Changes the record to what {@code change} makes of it, in one transaction: no change of anybody on this device comes between.
     *
     * @param change quick, since other writers wait for it; if it throws, nothing happened
     * @throws NoSuchElementException if there is no such record
     * @throws CodecException if it does not decode, or what becomes of it has no JSON form
     * @throws WriteRefusedException if it becomes longer than a mebibyte of canonical JSON
     */
    public EventId update(String id, UnaryOperator<T> change) {
        return write(records -> records.update(id, change));
    }

    /** As {@link Collection#patch(String, JsonValue)}. */
    public EventId patch(String id, JsonValue patch) {
        return raw.patch(id, patch);
    }

    /** As {@link Collection#op}. */
    public EventId op(String id, String opName, JsonValue argument) {
        return raw.op(id, opName, argument);
    }

    /** As {@link Collection#delete}. */
    public EventId delete(String id) {
        return raw.delete(id);
    }

    private EventId write(Function<TransactionCollection<T>, EventId> change) {
        return engine.write(writes -> change.apply(new TransactionCollection<>(writes, raw.name(), codec)));
    }

    /**
     * Shows every record, as {@link Collection#forEach} does.
     *
     * @throws CodecException if some do not decode: after all others were shown, with the reason of the first
     */
    public void forEach(BiConsumer<String, T> visitor) {
        Undecodable undecodable = new Undecodable();
        forEach(visitor, undecodable);
        undecodable.throwIfAny();
    }

    /**
     * Shows every record, as {@link Collection#forEach} does.
     *
     * @param undecodable is told the id of each record that does not decode, and why
     */
    public void forEach(BiConsumer<String, T> visitor, BiConsumer<String, CodecException> undecodable) {
        raw.forEach(codec.decoding(visitor, undecodable));
    }

    /**
     * The records that a query finds, as {@link Collection#find(Query)} does. The query sees the JSON that is stored.
     *
     * @throws CodecException if some do not decode
     */
    public List<TypedRecord<T>> find(Query query) {
        List<TypedRecord<T>> found = new ArrayList<>();
        Undecodable undecodable = new Undecodable();
        find(query, (id, value) -> found.add(new TypedRecord<>(id, value)), undecodable);
        undecodable.throwIfAny();
        return found;
    }

    /**
     * Shows the records that a query finds, as {@link Collection#find(Query, BiConsumer)} does. The query sees the JSON that is stored.
     *
     * @param undecodable is told the id of each record that does not decode, and why
     */
    public void find(Query query, BiConsumer<String, T> visitor, BiConsumer<String, CodecException> undecodable) {
        raw.find(query, codec.decoding(visitor, undecodable));
    }

    /** How many records a query finds, those that do not decode included. */
    public long count(Query query) {
        return raw.count(query);
    }

    /** As {@link #observe(Query, LiveOptions, TypedQueryListener)}, with {@link LiveOptions#DEFAULTS}. */
    public LiveQuery observe(Query query, TypedQueryListener<T> listener) {
        return observe(query, LiveOptions.DEFAULTS, listener);
    }

    /**
     * Keeps the result of a query up to date, as {@link Collection#observe(Query, LiveOptions, dev.tidelock.sync.live.QueryListener)} does. The query sees the JSON that is stored. Each
     * record is decoded once for each of its changes.
     *
     * @return closes it
     */
    public LiveQuery observe(Query query, LiveOptions options, TypedQueryListener<T> listener) {
        Objects.requireNonNull(listener, "listener");
        return raw.observe(query, options, new TypedObserver<>(codec, listener));
    }
}
