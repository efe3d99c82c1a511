package dev.tidelock.examples.crash;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import java.util.List;

/** What one call of an app writes: one change, or a transaction of several. */
record Operation(List<Change> changes) {
    record Change(String collection, String id, Op op) {}

    /** Makes the call; gives the counter of the last event. */
    long run(SyncClient client) {
        if (changes.size() == 1) {
            return runAlone(client, changes.get(0)).counter();
        }
        return client.transaction(tx -> {
            EventId last = null;
            for (Change change : changes) {
                last = switch (change.op.kind()) {
                    case PUT -> tx.put(change.collection, change.id, change.op.value());
                    case PATCH -> tx.patch(change.collection, change.id, change.op.value());
                    case DELETE -> tx.delete(change.collection, change.id);
                    case NAMED -> tx.op(change.collection, change.id, change.op.name(), change.op.value());
                };
            }
            return last.counter();
        });
    }

    private static EventId runAlone(SyncClient client, Change change) {
        var collection = client.collection(change.collection);
        return switch (change.op.kind()) {
            case PUT -> collection.put(change.id, change.op.value());
            case PATCH -> collection.patch(change.id, change.op.value());
            case DELETE -> collection.delete(change.id);
            case NAMED -> collection.op(change.id, change.op.name(), change.op.value());
        };
    }
}
