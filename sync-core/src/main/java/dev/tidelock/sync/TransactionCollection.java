package dev.tidelock.sync;

import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.internal.engine.LocalWrites;
import dev.tidelock.sync.internal.typed.RecordCodec;
import dev.tidelock.sync.internal.typed.Undecodable;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordVersion;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * A {@link TypedCollection} within a transaction: reads what the transaction has written, and its changes become visible with all others of it. Valid only within the
 * work that {@link SyncClient#transaction} runs. For what a record is expected to be, see {@link Transaction#expect}.
 *
 * @param <T> the app's type
 */
public final class TransactionCollection<T> {
    private final LocalWrites writes;
    private final String collection;
    private final RecordCodec<T> codec;

    TransactionCollection(LocalWrites writes, String collection, RecordCodec<T> codec) {
        this.writes = writes;
        this.collection = RecordKey.requireCollection(collection);
        this.codec = codec;
    }

    /** As {@link TypedCollection#get}, with what this transaction has changed. */
    public Optional<T> get(String id) {
        return Optional.ofNullable(writes.shown(key(id))).map(codec::decode);
    }

    /** As {@link TypedCollection#find(Query)}, with what this transaction has changed. */
    public List<TypedRecord<T>> find(Query query) {
        List<TypedRecord<T>> found = new ArrayList<>();
        Undecodable undecodable = new Undecodable();
        BiConsumer<String, JsonValue> visitor =
                codec.decoding((id, value) -> found.add(new TypedRecord<>(id, value)), undecodable);
        writes.query(collection).find(query, (id, json) -> {
            visitor.accept(id, json);
            return true;
        });
        undecodable.throwIfAny();
        return found;
    }

    /** How many records a query finds, with what this transaction has changed, those that do not decode included. */
    public long count(Query query) {
        return writes.query(collection).count(query);
    }

    /** The record's version, with what this transaction has changed. */
    public RecordVersion version(String id) {
        return writes.version(key(id));
    }

    /** As {@link TypedCollection#put}. */
    public EventId put(String id, T value) {
        RecordKey key = key(id);
        return writes.write(key, Op.put(codec.over(writes.value(key), value)));
    }

    /**
     * As {@link TypedCollection#update}.
     *
     * @throws NoSuchElementException if there is no such record
     * @throws CodecException if it does not decode, or what becomes of it has no JSON form
     */
    public EventId update(String id, UnaryOperator<T> change) {
        RecordKey key = key(id);
        JsonValue stored = writes.shown(key);
        if (stored == null) {
            throw new NoSuchElementException("there is no record of that id to update; put makes one");
        }
        T changed = Objects.requireNonNull(change.apply(codec.decode(stored)), "what the record is changed to");
        return writes.write(key, Op.put(codec.over(writes.value(key), changed)));
    }

    /** As {@link Collection#patch(String, JsonValue)}. */
    public EventId patch(String id, JsonValue patch) {
        return writes.write(key(id), Op.patch(patch));
    }

    /** As {@link Collection#op}. */
    public EventId op(String id, String opName, JsonValue argument) {
        return writes.write(key(id), Op.named(opName, argument));
    }

    /** As {@link Collection#delete}. */
    public EventId delete(String id) {
        return writes.write(key(id), Op.delete());
    }

    private RecordKey key(String id) {
        return new RecordKey(collection, id);
    }
}
