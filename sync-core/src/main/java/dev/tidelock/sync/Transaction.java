package dev.tidelock.sync;

import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.internal.engine.LocalWrites;
import dev.tidelock.sync.internal.typed.CodecLookup;
import dev.tidelock.sync.internal.typed.RecordCodec;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ExpectationFailedException;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordVersion;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes that become visible together. Valid only within the work that {@link SyncClient#transaction} runs; reads what it has written.
 */
public final class Transaction {
    private final LocalWrites writes;
    private final CodecLookup codecs;

    Transaction(LocalWrites writes, CodecLookup codecs) {
        this.writes = writes;
        this.codecs = codecs;
    }

    /** A typed collection within this transaction. */
    public <T> TransactionCollection<T> collection(TypedCollection<T> collection) {
        return new TransactionCollection<>(writes, collection.name(), collection.codec());
    }

    /** As {@link SyncClient#collection(String, Class)}, within this transaction. */
    public <T> TransactionCollection<T> collection(String name, Class<T> type) {
        return collection(name, codecs.codec(type));
    }

    /** As {@link SyncClient#collection(String, Codec)}, within this transaction. */
    public <T> TransactionCollection<T> collection(String name, Codec<T> codec) {
        return new TransactionCollection<>(writes, name, new RecordCodec<>(codec));
    }

    /** The record, with what this transaction has changed. */
    public Optional<JsonValue> get(String collection, String id) {
        return Optional.ofNullable(writes.shown(new RecordKey(collection, id)));
    }

    /** The records that a query finds, in its order, with what this transaction has changed. */
    public List<Found> find(String collection, Query query) {
        List<Found> found = new ArrayList<>();
        writes.query(RecordKey.requireCollection(collection))
                .find(query, (id, value) -> found.add(new Found(id, value)));
        return found;
    }

    /** How many records a query finds, with what this transaction has changed. */
    public long count(String collection, Query query) {
        return writes.query(RecordKey.requireCollection(collection)).count(query);
    }

    /** The record's version, with what this transaction has changed. */
    public RecordVersion version(String collection, String id) {
        return writes.version(new RecordKey(collection, id));
    }

    /**
     * Goes on only if nobody has changed a record since its version was read.
     *
     * @throws ExpectationFailedException if somebody has; let it pass, and nothing of the transaction is kept
     */
    public void expect(String collection, String id, RecordVersion expected) {
        RecordKey key = new RecordKey(collection, id);
        RecordVersion found = writes.version(key);
        if (!found.equals(expected)) {
            throw new ExpectationFailedException(key, "version " + expected, "version " + found);
        }
    }

    /**
     * Goes on only if a record has this value, or, for null, if there is no such record.
     *
     * @throws ExpectationFailedException if it has another one; let it pass, and nothing of the transaction is kept
     */
    public void expectValue(String collection, String id, @Nullable JsonValue expected) {
        RecordKey key = new RecordKey(collection, id);
        JsonValue found = writes.shown(key);
        if (!Objects.equals(found, expected)) {
            String other = expected == null ? "a value" : "another value";
            throw new ExpectationFailedException(
                    key, expected == null ? "no record" : "a certain value", found == null ? "no record" : other);
        }
    }

    /** As {@link Collection#put(String, JsonValue)}. */
    public EventId put(String collection, String id, JsonValue value) {
        return write(collection, id, Op.put(value));
    }

    /** As {@link Collection#patch(String, JsonValue)}. */
    public EventId patch(String collection, String id, JsonValue patch) {
        return write(collection, id, Op.patch(patch));
    }

    /** As {@link Collection#op}. */
    public EventId op(String collection, String id, String opName, JsonValue argument) {
        return write(collection, id, Op.named(opName, argument));
    }

    /** As {@link Collection#delete}. */
    public EventId delete(String collection, String id) {
        return write(collection, id, Op.delete());
    }

    private EventId write(String collection, String id, Op op) {
        return writes.write(new RecordKey(collection, id), op);
    }
}
