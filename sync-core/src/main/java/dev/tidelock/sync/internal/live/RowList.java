package dev.tidelock.sync.internal.live;

import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.SortKey;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** The result of a live query, in order. Never changes: a changed result is another list, made from this one by copying whole stretches. */
final class RowList extends AbstractList<Found> implements RandomAccess {
    static final RowList EMPTY = new RowList(new Row[0]);

    private static final Comparator<Row> IN_ORDER = Comparator.comparing(row -> row.place);

    private final Row[] rows;

    private RowList(Row[] rows) {
        this.rows = rows;
    }

    static RowList of(Collection<Row> inAnyOrder) {
        Row[] rows = inAnyOrder.toArray(new Row[0]);
        Arrays.sort(rows, IN_ORDER);
        return new RowList(rows);
    }

    @Override
    public Found get(int index) {
        return rows[index].found;
    }

    @Override
    public int size() {
        return rows.length;
    }

    /** The last one; null if there is none. */
    @Nullable
    Row last() {
        return rows.length == 0 ? null : rows[rows.length - 1];
    }

    /**
     * The list without some, which are in it, and with others, which are not.
     *
     * @param leaving in any order
     * @param coming in any order
     */
    RowList with(List<Row> leaving, List<Row> coming) {
        List<Row> out = new ArrayList<>(leaving);
        List<Row> in = new ArrayList<>(coming);
        out.sort(IN_ORDER);
        in.sort(IN_ORDER);
        Row[] next = new Row[rows.length - out.size() + in.size()];
        int from = 0;
        int to = 0;
        int outIndex = 0;
        int inIndex = 0;
        while (outIndex < out.size() || inIndex < in.size()) {
            boolean leaves = outIndex < out.size()
                    && (inIndex == in.size() || IN_ORDER.compare(out.get(outIndex), in.get(inIndex)) <= 0);
            Row row = leaves ? out.get(outIndex++) : in.get(inIndex++);
            int at = firstFrom(row.place, from);
            System.arraycopy(rows, from, next, to, at - from);
            to += at - from;
            from = leaves ? at + 1 : at;
            if (!leaves) {
                next[to++] = row;
            }
        }
        System.arraycopy(rows, from, next, to, rows.length - from);
        return new RowList(next);
    }

    /** The first index, from one on, of a row that does not stand before a place. */
    private int firstFrom(SortKey place, int from) {
        int low = from;
        int high = rows.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rows[middle].place.compareTo(place) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
