package dev.tidelock.sync.query;

import dev.tidelock.sync.json.CodePoints;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.ValueOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What settles where a record stands among the results of a query, without the rest of its value. Comparable with keys of the same query only. */
public final class SortKey implements Comparable<SortKey> {
    private final List<Order> orders;
    private final @Nullable JsonValue[] values;
    private final String id;

    SortKey(List<Order> orders, String id, JsonValue value) {
        this.orders = orders;
        this.id = id;
        this.values = new @Nullable JsonValue[orders.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = orders.get(i).path().in(value);
        }
    }

    /** The record's id. */
    public String id() {
        return id;
    }

    @Override
    public int compareTo(SortKey other) {
        boolean descending = false;
        for (int i = 0; i < values.length; i++) {
            descending = orders.get(i).descending();
            int order = ValueOrder.compare(values[i], other.values[i]);
            if (order != 0) {
                return descending ? -order : order;
            }
        }
        int byId = CodePoints.compare(id, other.id);
        return descending ? -byId : byId;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SortKey that && orders.equals(that.orders) && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
