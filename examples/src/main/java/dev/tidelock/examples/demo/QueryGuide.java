package dev.tidelock.examples.demo;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.query.Query;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The programs of {@code docs/queries.md}: their regions are its text, and a test runs them. */
final class QueryGuide {
    private QueryGuide() {}

    /** Indexes are declared before the client is opened. */
    static SyncClient opened(SyncClientBuilder builder) {
        // region declare
        SyncClient client = builder.index("tasks", Index.on("done", "due"))
                .index("tasks", Index.fullText("title", "notes"))
                .open();
        // endregion
        return client;
    }

    /** The first query. */
    static List<Found> first(SyncClient client) {
        // region first
        Collection tasks = client.collection("tasks");
        Query next =
                Query.matching(Condition.equal("done", false)).orderBy("due").limit(20);
        List<Found> found = tasks.find(next); // found.get(0).id(), found.get(0).value()
        // endregion
        return found;
    }

    /** Conditions of every kind. */
    static long conditions(SyncClient client) {
        // region conditions
        Condition soon = Condition.and(
                Condition.compare("due", Comparison.LESS, 1_764_000_000_000L),
                Condition.in("priority", "high", "urgent"),
                Condition.not(Condition.contains("tags", "someday")),
                Condition.or(Condition.exists("assignee.name"), Condition.startsWith("title", "Call ")));
        long count = client.collection("tasks").count(Query.matching(soon));
        // endregion
        return count;
    }

    /** Search as somebody types. */
    static List<Found> search(SyncClient client, String typed) {
        // region search
        Query search =
                Query.matching(Condition.matches(typed + "*", "title", "notes")).limit(50);
        List<Found> hits = client.collection("tasks").find(search);
        // endregion
        return hits;
    }

    /** Any number of results. */
    static void all(SyncClient client, BiConsumer<String, JsonValue> exporter) {
        // region all
        client.collection("tasks").find(Query.all().orderBy("due"), exporter); // holds few in memory
        // endregion
    }

    /** Reads and writes together. */
    static void within(SyncClient client) {
        // region within
        client.transaction(tx -> {
            Query done = Query.matching(Condition.equal("done", true)).limit(1000);
            tx.find("tasks", done).forEach(task -> tx.delete("tasks", task.id()));
            return tx.count("tasks", Query.all());
        });
        // endregion
    }

    /** What a query does. */
    static void explained(SyncClient client, Consumer<String> console) {
        // region explain
        Query query = Query.matching(Condition.equal("done", false)).orderBy("due");
        client.collection("tasks").explain(query).forEach(console);
        // index on done, due: done = false, in the order of the query
        // filter: done = false
        // endregion
    }
}
