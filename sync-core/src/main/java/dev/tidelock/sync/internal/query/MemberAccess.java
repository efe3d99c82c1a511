package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.internal.keys.KeyWriter;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Order;
import dev.tidelock.sync.query.Path;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.store.KeyRange;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes over ranges of an index on members. */
final class MemberAccess implements Access {
    private static final int MERIT_OF_VALUE = 100;
    private static final int MERIT_OF_SEVERAL = 80;
    private static final int MERIT_OF_RANGE = 50;
    private static final int MERIT_OF_ORDER = 40;
    private static final int RANGES_MAX = 1000;

    private final StoredIndex index;
    private final Query query;
    private final List<KeyRange> ranges;
    private final List<Condition> served;
    private final boolean inOrder;
    private final boolean descending;
    private final int merit;

    private MemberAccess(
            StoredIndex index,
            Query query,
            List<KeyRange> ranges,
            List<Condition> served,
            boolean inOrder,
            boolean descending,
            int merit) {
        this.index = index;
        this.query = query;
        this.ranges = ranges;
        this.served = served;
        this.inOrder = inOrder;
        this.descending = descending;
        this.merit = merit;
    }

    /** The way through an index; null if it is of no use. */
    static @Nullable MemberAccess of(StoredIndex index, Query query, List<Condition> parts) {
        return new Maker(index, query, parts).make();
    }

    /** Goes along the members of the index for as long as the condition says something of them. */
    private static final class Maker {
        private final StoredIndex index;
        private final Query query;
        private final List<Condition> parts;
        private final List<Path> paths;
        private final List<Condition> served = new ArrayList<>();
        private final List<Path> fixed = new ArrayList<>();
        private List<List<JsonValue>> combinations = List.of(List.of());
        private int used;
        private int merit;

        private Maker(StoredIndex index, Query query, List<Condition> parts) {
            this.index = index;
            this.query = query;
            this.parts = parts;
            this.paths = index.index().paths();
        }

        private @Nullable MemberAccess make() {
            boolean goesOn = true;
            while (goesOn && used < paths.size()) {
                goesOn = takeValues(Bounds.of(paths.get(used), parts));
            }
            List<KeyRange> ranges = ranges();
            boolean descending = isDescending();
            boolean inOrder = combinations.size() <= 1 && isInOrder(descending);
            merit += inOrder && !query.orders().isEmpty() ? MERIT_OF_ORDER : 0;
            return merit == 0 ? null : new MemberAccess(index, query, ranges, served, inOrder, descending, merit);
        }

        /** @return whether the next member may be used as well */
        private boolean takeValues(Bounds bounds) {
            List<JsonValue> values = bounds.values();
            if (values == null || (long) values.size() * combinations.size() > RANGES_MAX) {
                return false;
            }
            List<List<JsonValue>> longer = new ArrayList<>();
            for (List<JsonValue> before : combinations) {
                for (JsonValue value : values) {
                    List<JsonValue> combination = new ArrayList<>(before);
                    combination.add(value);
                    longer.add(combination);
                }
            }
            combinations = longer;
            served.addAll(bounds.valueParts());
            merit += values.size() <= 1 ? MERIT_OF_VALUE : MERIT_OF_SEVERAL;
            if (values.size() <= 1) {
                fixed.add(paths.get(used));
            }
            used++;
            return true;
        }

        private List<KeyRange> ranges() {
            Bounds bounds = used < paths.size() ? Bounds.of(paths.get(used), parts) : Bounds.of(Path.WHOLE, List.of());
            if (bounds.hasRange()) {
                merit += MERIT_OF_RANGE;
                served.addAll(bounds.rangeParts());
            }
            Set<KeyRange> ranges = new LinkedHashSet<>(); // keys that were cut can be equal
            for (List<JsonValue> combination : combinations) {
                KeyRange range = bounds.range(combination);
                if (!range.isEmpty()) {
                    ranges.add(range);
                }
            }
            return new ArrayList<>(ranges);
        }

        private boolean isDescending() {
            List<Order> orders = query.orders();
            return !orders.isEmpty() && orders.get(orders.size() - 1).descending();
        }

        /** What is ordered by comes in the order of the index, if it is what the index goes on with to its end; what has one value only does not matter. */
        private boolean isInOrder(boolean descending) {
            List<Path> left = new ArrayList<>(paths.subList(used, paths.size()));
            for (Order order : query.orders()) {
                if (fixed.contains(order.path())) {
                    continue;
                }
                if (left.isEmpty() || !left.remove(0).equals(order.path()) || order.descending() != descending) {
                    return false;
                }
            }
            return left.isEmpty();
        }
    }

    @Override
    public void visit(StoreReader reader, Sink sink) {
        boolean more = true;
        for (int i = 0; i < ranges.size() && more; i++) {
            more = visit(reader, ranges.get(i), sink);
        }
    }

    private boolean visit(StoreReader reader, KeyRange range, Sink sink) {
        KeyRange left = range;
        boolean[] more = {true};
        while (more[0] && !left.isEmpty()) {
            byte[][] cut = new byte[1][];
            entries(reader, left, (key, id, value) -> {
                if (inOrder && KeyWriter.isCut(key)) {
                    cut[0] = key;
                    return false;
                }
                more[0] = !isCurrent(key, value) || sink.accept(id, value);
                return more[0];
            });
            if (cut[0] == null) {
                return more[0];
            }
            more[0] = sorted(reader, KeyRange.beginningWith(cut[0]), sink);
            left = descending ? KeyRange.of(left.from(), cut[0]) : KeyRange.of(KeyRange.after(cut[0]), left.to());
        }
        return more[0];
    }

    /** Keys that were cut are equal without the values being so: these are put in order here. */
    private boolean sorted(StoreReader reader, KeyRange range, Sink sink) {
        boolean[] more = {true};
        new Sorting(
                        query,
                        candidates -> entries(
                                reader,
                                range,
                                (key, id, value) -> !query.test(id, value)
                                        || !isCurrent(key, value)
                                        || candidates.accept(id, value)),
                        id -> reader.record(new RecordKey(index.collection(), id))
                                .value())
                .run((id, value) -> {
                    more[0] = sink.accept(id, value);
                    return more[0];
                });
        return more[0];
    }

    private void entries(StoreReader reader, KeyRange range, StoreReader.EntryVisitor visitor) {
        reader.entries(index.collection(), index.index(), range, descending, visitor);
    }

    /** Whether the entry is what the value says, so that no record can be shown twice. */
    private boolean isCurrent(byte[] key, JsonValue value) {
        return Arrays.equals(key, index.keysOf(value).get(0));
    }

    @Override
    public boolean isInOrder() {
        return inOrder;
    }

    @Override
    public int merit() {
        return merit;
    }

    @Override
    public List<String> explain() {
        String direction = inOrder && !query.orders().isEmpty() ? ", in the order of the query" : "";
        String what = served.isEmpty() ? "all of it" : Planner.text(served);
        return List.of(index.index() + ": " + what + direction);
    }
}
