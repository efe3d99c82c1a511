package dev.tidelock.sync.testkit;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.Transaction;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.util.ArrayList;
import java.util.List;

/** How the simulated app makes its changes. */
final class AppWrites {
    private AppWrites() {}

    /** Makes these changes: one alone, or several as one transaction. */
    static List<EventId> made(SyncClient client, List<Change> changes) {
        if (changes.size() == 1) {
            return List.of(writeOne(client, changes.get(0)));
        }
        return client.transaction(tx -> {
            List<EventId> ids = new ArrayList<>(changes.size());
            changes.forEach(change -> ids.add(writeOne(tx, change)));
            return ids;
        });
    }

    private static EventId writeOne(SyncClient client, Change change) {
        Collection collection = client.collection(change.key().collection());
        String id = change.key().id();
        Op op = change.op();
        return switch (op.kind()) {
            case PUT -> collection.put(id, op.value());
            case PATCH -> collection.patch(id, op.value());
            case DELETE -> collection.delete(id);
            case NAMED -> collection.op(id, op.name(), op.value());
        };
    }

    private static EventId writeOne(Transaction tx, Change change) {
        String collection = change.key().collection();
        String id = change.key().id();
        Op op = change.op();
        return switch (op.kind()) {
            case PUT -> tx.put(collection, id, op.value());
            case PATCH -> tx.patch(collection, id, op.value());
            case DELETE -> tx.delete(collection, id);
            case NAMED -> tx.op(collection, id, op.name(), op.value());
        };
    }

    /** The app's own code throws in the middle of a transaction. */
    static List<EventId> aborted(SyncClient client, List<Change> changes) {
        try {
            client.transaction(tx -> {
                changes.forEach(change -> writeOne(tx, change));
                throw new Aborted();
            });
        } catch (Aborted expected) {
            return List.of();
        }
        throw new SimulationFailure(Kind.BROKEN, "a transaction swallowed what its work threw");
    }

    private static final class Aborted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Aborted() {
            super("aborted by the app", null, false, false);
        }
    }
}
