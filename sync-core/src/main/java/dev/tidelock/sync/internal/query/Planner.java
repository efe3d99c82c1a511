package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Path;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the way to a query's candidates: by the index that serves most of its condition and order, or by a scan. Any way gives the same results, because every candidate is tested against the whole
 * query.
 */
final class Planner {
    private Planner() {}

    /** @param indexes of the collection, those that are not ready among them */
    static Access plan(Query query, String collection, List<StoredIndex> indexes) {
        List<Condition> parts = new ArrayList<>();
        addParts(query.condition(), parts);
        Access best = new ScanAccess(query, collection);
        for (StoredIndex index : indexes) {
            Access access = index.ready() ? access(index, query, parts) : null;
            if (access != null && access.merit() > best.merit()) {
                best = access;
            }
        }
        return best;
    }

    private static @Nullable Access access(StoredIndex index, Query query, List<Condition> parts) {
        return index.index().isFullText() ? TextAccess.of(index, parts) : MemberAccess.of(index, query, parts);
    }

    /** The conditions that must all hold. */
    private static void addParts(Condition condition, List<Condition> parts) {
        if (condition instanceof Condition.And and) {
            and.parts().forEach(part -> addParts(part, parts));
        } else if (condition instanceof Condition.Or or) {
            parts.add(asIn(or));
        } else {
            parts.add(condition);
        }
    }

    /** One member compared with several values is one of them. */
    private static Condition asIn(Condition.Or or) {
        Path path = null;
        List<JsonValue> values = new ArrayList<>();
        for (Condition part : or.parts()) {
            if (!(part instanceof Condition.Compare compare)
                    || compare.comparison() != Comparison.EQUAL
                    || (path != null && !path.equals(compare.path()))) {
                return or;
            }
            path = compare.path();
            values.add(compare.value());
        }
        return path == null ? or : new Condition.In(path, values);
    }

    static String text(List<Condition> parts) {
        return parts.stream().map(Condition::toString).collect(Collectors.joining(" and "));
    }
}
