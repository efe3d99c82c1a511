package dev.tidelock.examples.demo;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.Resolution;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.PastVersion;
import dev.tidelock.sync.strategy.Strategy;
import java.util.List;
import java.util.function.Consumer;

/** The programs of {@code docs/conflicts.md}: their regions are its text, and a test runs them. */
final class ConflictGuide {
    private ConflictGuide() {}

    /** One strategy for each collection. */
    static SyncClientBuilder strategies(SyncClientBuilder builder) {
        // region strategies
        builder.strategy("notes", Strategy.fieldMerge())
                .strategy("messages", Strategy.union("id"))
                .strategy("contracts", Strategy.manual())
                .strategy("plans", Strategy.preferRole("madeOn", "desktop", "phone"));
        // endregion
        return builder;
    }

    /** A merge of the app's own. */
    static SyncClientBuilder merging(SyncClientBuilder builder) {
        // region merging
        Strategy higherScore = Strategy.merging((base, local, remote) -> {
            long ours = score(local.value());
            long theirs = score(remote.value());
            return ours >= theirs ? local.value() : remote.value();
        });
        builder.strategy("games", higherScore);
        // endregion
        return builder;
    }

    private static long score(JsonValue game) {
        JsonObject object = game.asObject();
        JsonValue score = object == null ? null : object.get("score");
        return score == null || score.asNumber() == null ? 0 : score.asNumber().longValue();
    }

    /** An op of the app's own. */
    static SyncClient ops(SyncClientBuilder builder) {
        // region reducer
        builder.reducer("subtask_complete", (task, subtask) -> {
            JsonObject before = task == null ? JsonObject.EMPTY : task.asObject();
            JsonValue done = before.get("done");
            JsonObject marked = done == null ? JsonObject.EMPTY : done.asObject();
            return before.with("done", marked.with(subtask.asString(), JsonValue.TRUE));
        });
        SyncClient client = builder.open();
        client.collection("tasks").op("paint", "subtask_complete", JsonValue.of("buy paint"));
        // endregion
        return client;
    }

    /** What lost, and what to do about it. */
    static void log(SyncClient client, Consumer<String> screen) {
        // region log
        for (Conflict conflict : client.conflicts()) {
            screen.accept(conflict.value().toJson() + " lost in " + conflict.key());
            client.resolve(conflict.id(), Resolution.keepRemote()); // or keepLocal(), or value(...)
        }
        // endregion
    }

    /** What a record was. */
    static void history(SyncClient client, Consumer<String> screen) {
        // region history
        Collection notes = client.collection("notes");
        List<PastVersion> versions = notes.history("first", 20); // newest first
        versions.forEach(version -> screen.accept(version.change().device() + ": " + version.value()));
        notes.restore("first", versions.get(versions.size() - 1).change());
        // endregion
    }
}
