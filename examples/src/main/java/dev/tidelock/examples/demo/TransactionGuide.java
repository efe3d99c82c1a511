package dev.tidelock.examples.demo;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.ExpectationFailedException;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordVersion;
import dev.tidelock.sync.relation.Relation;
import java.util.function.Consumer;

/** The programs of {@code docs/transactions.md}: their regions are its text, and a test runs them. */
final class TransactionGuide {
    private TransactionGuide() {}

    /** Several changes at once. */
    static void transaction(SyncClient client) {
        // region transaction
        String moved = client.transaction(tx -> {
            JsonValue task = tx.get("inbox", "paint").orElseThrow();
            tx.put("done", "paint", task);
            tx.delete("inbox", "paint");
            tx.op("counters", "done", "add", JsonValue.of(1));
            return "moved " + task.toJson();
        });
        // endregion
        if (!moved.startsWith("moved")) {
            throw new AssertionError(moved);
        }
    }

    /** Only if nobody was faster. */
    static void expect(SyncClient client, Consumer<String> screen) {
        // region expect
        Collection notes = client.collection("notes");
        RecordVersion read = notes.version("first"); // when the editor opens
        JsonValue edited = JsonValue.of("what the user made of it meanwhile");
        try {
            client.transaction(tx -> {
                tx.expect("notes", "first", read);
                return tx.put("notes", "first", edited);
            });
        } catch (ExpectationFailedException changed) {
            screen.accept("somebody has changed this note; look at it again");
        }
        // endregion
    }

    /** What arrives waits for what it needs. */
    static SyncClientBuilder gate(SyncClientBuilder builder) {
        // region gate
        builder.applyGate(incoming -> {
            for (var change : incoming.changes()) {
                if (!change.key().collection().equals("messages") || change.op().kind() == Op.Kind.DELETE) {
                    continue; // a delete has no value, and waits for nothing
                }
                JsonObject message = change.op().value().asObject();
                JsonValue member = message == null ? null : message.get("file");
                String file = member == null ? null : member.asString(); // null if it is no text
                if (file != null && incoming.get("files", file).isEmpty()) {
                    return "the file '" + file + "' is not here yet";
                }
            }
            return null; // it may come in
        });
        // endregion
        return builder;
    }

    /** What waits. */
    static void held(SyncClient client, Consumer<String> screen) {
        // region held
        for (QuarantineItem waiting : client.held()) {
            screen.accept(waiting.detail());
        }
        client.recheckHeld(); // when the app knows that something has come; every sync asks as well
        // endregion
    }

    /** Records that go with others. */
    static SyncClientBuilder relation(SyncClientBuilder builder) {
        // region relation
        builder.relation(Relation.cascade("stars", "diff", "diffs")) // {"diff":"..."} names a record of diffs
                .relation(Relation.cascade("comments", "parent", "comments"));
        // endregion
        return builder;
    }
}
