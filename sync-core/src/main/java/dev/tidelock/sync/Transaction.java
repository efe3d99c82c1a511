package dev.tidelock.sync;

import dev.tidelock.sync.internal.engine.LocalWrites;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import java.util.Optional;

/**
 * Changes that become visible together. Valid only within the work that {@link SyncClient#transaction} runs; reads what it has written.
 */
public final class Transaction {
    private final LocalWrites writes;

    Transaction(LocalWrites writes) {
        this.writes = writes;
    }

    /** The record, with what this transaction has changed. */
    public Optional<JsonValue> get(String collection, String id) {
        return Optional.ofNullable(writes.value(new RecordKey(collection, id)));
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
