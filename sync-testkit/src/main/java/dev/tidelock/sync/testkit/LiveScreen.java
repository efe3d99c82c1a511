package dev.tidelock.sync.testkit;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.RecordChange;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the user of a simulated app sees that has live queries: only what their changes add up to. */
final class LiveScreen {
    /** How long at most after the last change all has been told. */
    static final Duration LATEST = Duration.ofSeconds(1);

    private static final List<Query> QUERIES =
            List.of(Query.all(), Query.all().orderByDescending("$").limit(2));

    private final List<Shown> all = new ArrayList<>();

    /** @param keys every record that may ever be */
    LiveScreen(SyncClient client, List<RecordKey> keys) {
        TreeSet<String> collections = new TreeSet<>();
        keys.forEach(key -> collections.add(key.collection()));
        for (String name : collections) {
            for (Query query : QUERIES) {
                Shown shown = new Shown(client.collection(name), query);
                all.add(shown);
                shown.collection.observe(query, shown::show);
            }
        }
    }

    /** How the first one that is wrong differs from what there is; null if none is. */
    @Nullable
    String difference() {
        for (Shown shown : all) {
            String wrong = shown.difference();
            if (wrong != null) {
                return wrong + ", on " + shown.query + " of " + shown.collection.name();
            }
        }
        return null;
    }

    private static final class Shown {
        private final Collection collection;
        private final Query query;
        private final Map<String, JsonValue> byChanges = new HashMap<>();
        private @Nullable List<Found> result;

        private Shown(Collection collection, Query query) {
            this.collection = collection;
            this.query = query;
        }

        private void show(QueryChange change) {
            change.added().forEach(this::put);
            change.updated().forEach(this::put);
            change.removed().forEach(one -> byChanges.remove(one.id()));
            result = change.result();
        }

        private void put(RecordChange change) {
            byChanges.put(change.id(), Objects.requireNonNull(change.value()));
        }

        private @Nullable String difference() {
            if (result == null || !collection.find(query).equals(result)) {
                return "did not tell the last result";
            }
            Map<String, JsonValue> there = new HashMap<>();
            result.forEach(found -> there.put(found.id(), found.value()));
            return there.equals(byChanges) ? null : "told changes that do not lead to its result";
        }
    }
}
