package dev.tidelock.sync.query;

import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which records of a collection are asked for, in what order, and how many. Immutable: each method gives another query.
 *
 * <pre>{@code
 * Query.matching(Condition.equal("done", false)).orderByDescending("due").limit(20)
 * }</pre>
 *
 * <p>The same query on the same records has the same results in the same order, on every device, in every store, with and without indexes. Without an order, results come in
 * the order of their ids (by code points, as UTF-8 bytes have it); with one, what is equal in it comes in the order of ids as well, in the direction of the last
 * order. Safe for use by any number of threads.
 */
public final class Query {
    /** How many members one query is ordered by at most. */
    public static final int ORDERS_MAX = 8;

    private static final Query ALL = new Query(Condition.always(), "", List.of(), 0, Long.MAX_VALUE);

    private final Condition condition;
    private final String idPrefix;
    private final List<Order> orders;
    private final long offset;
    private final long limit;

    private Query(Condition condition, String idPrefix, List<Order> orders, long offset, long limit) {
        this.condition = condition;
        this.idPrefix = idPrefix;
        this.orders = orders;
        this.offset = offset;
        this.limit = limit;
    }

    /** Every record. */
    public static Query all() {
        return ALL;
    }

    /** The records that a condition holds for. */
    public static Query matching(Condition condition) {
        return ALL.and(condition);
    }

    /** Of these, the ones that another condition holds for. */
    public Query and(Condition another) {
        Objects.requireNonNull(another, "condition");
        Condition both = condition.equals(Condition.always()) ? another : Condition.and(condition, another);
        return new Query(both, idPrefix, orders, offset, limit);
    }

    /** Of these, the ones whose id begins like that; replaces what was set before. */
    public Query withIdPrefix(String prefix) {
        return new Query(condition, Objects.requireNonNull(prefix, "prefix"), orders, offset, limit);
    }

    /** The lowest first, after the orders set before. The path is text that {@link Path#parse} reads. */
    public Query orderBy(String path) {
        return orderBy(new Order(Path.parse(path), false));
    }

    /** The highest first, after the orders set before. The path is text that {@link Path#parse} reads. */
    public Query orderByDescending(String path) {
        return orderBy(new Order(Path.parse(path), true));
    }

    /** Ordered by this, where the orders set before find no difference. */
    public Query orderBy(Order order) {
        if (orders.size() == ORDERS_MAX) {
            throw new IllegalArgumentException("more than " + ORDERS_MAX + " orders in one query");
        }
        List<Order> longer = new ArrayList<>(orders);
        longer.add(order);
        return new Query(condition, idPrefix, List.copyOf(longer), offset, limit);
    }

    /** No more than so many: 0 or more. No limit unless set. */
    public Query limit(long countMax) {
        return new Query(condition, idPrefix, orders, offset, requireCount("limit", countMax));
    }

    /** Leaves out so many first: 0 or more. */
    public Query offset(long count) {
        return new Query(condition, idPrefix, orders, requireCount("offset", count), limit);
    }

    private static long requireCount(String what, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("the " + what + " is " + count + "; it must be 0 or more");
        }
        return count;
    }

    /** What the value of a record has to meet; {@link Condition#always()} if nothing. */
    /** What the values have to be like; {@link Condition#always} if it does not matter. */
    public Condition condition() {
        return condition;
    }

    /** How the ids begin; empty if it does not matter. */
    public String idPrefix() {
        return idPrefix;
    }

    /** By what the results are ordered, the most important first; empty for the order of the ids alone. */
    /** What the results are ordered by, the first first; empty for their ids. */
    public List<Order> orders() {
        return orders;
    }

    /** How many results are left out first; 0 unless set. */
    /** How many results are left out first. */
    public long offset() {
        return offset;
    }

    /** How many results there are at most; {@link Long#MAX_VALUE} if there is no limit. */
    public long limit() {
        return limit;
    }

    /** Whether a record is among those asked for, wherever it stands: by id and condition. */
    public boolean test(String id, JsonValue value) {
        return id.startsWith(idPrefix) && condition.test(value);
    }

    /** Where a record stands among the results. */
    public SortKey sortKey(String id, JsonValue value) {
        return new SortKey(orders, id, value);
    }

    /** The order of the results. */
    public Comparator<Found> comparator() {
        return Comparator.comparing(found -> sortKey(found.id(), found.value()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Query that
                && condition.equals(that.condition)
                && idPrefix.equals(that.idPrefix)
                && orders.equals(that.orders)
                && offset == that.offset
                && limit == that.limit;
    }

    @Override
    public int hashCode() {
        return Objects.hash(condition, idPrefix, orders, offset, limit);
    }

    /** For people. It shows the values that are compared with, which are the user's data: never log one. */
    @Override
    public String toString() {
        return condition
                + (idPrefix.isEmpty() ? "" : " with ids from '" + idPrefix + "'")
                + (orders.isEmpty() ? "" : " ordered by " + orders)
                + (offset == 0 ? "" : " offset " + offset)
                + (limit == Long.MAX_VALUE ? "" : " limit " + limit);
    }
}
