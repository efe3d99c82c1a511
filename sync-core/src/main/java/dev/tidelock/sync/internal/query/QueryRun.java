package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Order;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.query.SortKey;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries on one collection, as of one moment: candidates, of which those go on that are visible and that the condition holds for, in the order that was asked for.
 *
 * <p>Holds few records in memory. Where the candidates do not come in that order, it holds what orders them for as many as the limit and the offset ask for, but for no more than {@link
 * Sorting#HELD_MAX}; it then goes over the candidates again for the next ones.
 */
public final class QueryRun {
    private final StoreReader reader;
    private final String collection;
    private final Visibility visibility;
    private final Map<String, @Nullable JsonValue> changed;

    /** @param changed by id, what these records hold in place of what the reader says; null for none */
    public QueryRun(
            StoreReader reader, String collection, Visibility visibility, Map<String, @Nullable JsonValue> changed) {
        this.reader = reader;
        this.collection = collection;
        this.visibility = visibility;
        this.changed = changed;
    }

    /** On what the reader says. */
    public QueryRun(StoreReader reader, String collection, Visibility visibility) {
        this(reader, collection, visibility, Collections.emptyMap());
    }

    /** Shows the results in their order, until the sink wants no more. */
    public void find(Query query, Sink sink) {
        if (query.limit() == 0) {
            return;
        }
        Window window = new Window(query.offset(), query.limit(), sink);
        Access access = plan(query);
        if (access.isInOrder()) {
            merged(query, access, window);
        } else {
            new Sorting(query, sorted -> candidates(query, access, sorted), this::value).run(window);
        }
    }

    /** How many results there are, within offset and limit. */
    public long count(Query query) {
        if (query.limit() == 0) {
            return 0;
        }
        Window window = new Window(query.offset(), query.limit(), (id, value) -> true);
        Query inAnyOrder = Query.matching(query.condition()).withIdPrefix(query.idPrefix());
        candidates(query, plan(inAnyOrder), window);
        return window.shown();
    }

    /** How the results of a query are found: one line for each step. */
    public List<String> explain(Query query) {
        Access access = plan(query);
        List<String> lines = new ArrayList<>(access.explain());
        for (StoredIndex index : reader.indexes(collection)) {
            if (!index.ready()) {
                lines.add("not used, as it is not built yet: " + index.index());
            }
        }
        if (!query.condition().equals(Condition.always())) {
            lines.add("filter: " + query.condition());
        }
        if (!access.isInOrder()) {
            String by = query.orders().isEmpty()
                    ? "id"
                    : query.orders().stream().map(Order::toString).collect(Collectors.joining(", "));
            lines.add("sort: by " + by);
        }
        return lines;
    }

    private Access plan(Query query) {
        return Planner.plan(query, collection, reader.indexes(collection));
    }

    /** All results, the changed ones first; the others as they come. */
    private void candidates(Query query, Access access, Sink sink) {
        boolean more = true;
        for (Map.Entry<String, @Nullable JsonValue> entry : changed.entrySet()) {
            JsonValue value = entry.getValue();
            if (more && value != null && isResult(query, entry.getKey(), value)) {
                more = sink.accept(entry.getKey(), value);
            }
        }
        if (more) {
            stored(query, access, sink);
        }
    }

    /** The results that nobody has changed, as they come. */
    private void stored(Query query, Access access, Sink sink) {
        access.visit(
                reader,
                (id, value) -> changed.containsKey(id) || !isResult(query, id, value) || sink.accept(id, value));
    }

    /** The results that nobody has changed come in order; the changed ones are put in between. */
    private void merged(Query query, Access access, Sink sink) {
        TreeMap<SortKey, JsonValue> between = new TreeMap<>();
        changed.forEach((id, value) -> {
            if (value != null && isResult(query, id, value)) {
                between.put(query.sortKey(id, value), value);
            }
        });
        boolean[] more = {true};
        stored(query, access, (id, value) -> {
            more[0] = between.isEmpty() || showBefore(between, query.sortKey(id, value), sink);
            more[0] = more[0] && sink.accept(id, value);
            return more[0];
        });
        while (more[0] && !between.isEmpty()) {
            more[0] = showFirst(between, sink);
        }
    }

    private static boolean showBefore(TreeMap<SortKey, JsonValue> between, SortKey next, Sink sink) {
        while (!between.isEmpty() && between.firstKey().compareTo(next) < 0) {
            if (!showFirst(between, sink)) {
                return false;
            }
        }
        return true;
    }

    private static boolean showFirst(TreeMap<SortKey, JsonValue> between, Sink sink) {
        Map.Entry<SortKey, JsonValue> first = between.pollFirstEntry();
        return sink.accept(first.getKey().id(), first.getValue());
    }

    private boolean isResult(Query query, String id, JsonValue value) {
        return query.test(id, value) && visibility.isVisible(new RecordKey(collection, id), value);
    }

    private @Nullable JsonValue value(String id) {
        return changed.containsKey(id)
                ? changed.get(id)
                : reader.record(new RecordKey(collection, id)).value();
    }
}
