package dev.tidelock.sync.internal.live;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.QueryListener;
import dev.tidelock.sync.live.RecordChange;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A live query: keeps its result. Without offset and limit, the result follows from the changed records alone; with them, the query runs again if a changed record can matter to
 * what is within them.
 */
final class QueryLook extends ChangeLook<Row> {
    private final QueryListener listener;
    private RowList result = RowList.EMPTY;
    private boolean first = true;

    QueryLook(Observed observed, QueryListener listener) {
        super(observed);
        this.listener = listener;
    }

    @Override
    public boolean isReady() {
        return listener.isReady();
    }

    @Override
    public void failed(Exception failure) {
        listener.onError(failure);
    }

    @Override
    Row entry(String id, JsonValue value) {
        return new Row(observed.query().sortKey(id, value), new Found(id, value));
    }

    @Override
    JsonValue valueOf(Row entry) {
        return entry.found.value();
    }

    @Override
    boolean mustReadAll(Map<String, Seen<Row>> some) {
        Query query = observed.query();
        return first
                || (query.offset() > 0 && query.limit() > 0)
                || (query.limit() < Long.MAX_VALUE
                        && some.entrySet().stream()
                                .anyMatch(one -> concernsWindow(
                                        one.getKey(), one.getValue().entry())));
    }

    /** Whether a record is or was among the first so many: always, if it was; else if it would stand before the last one, or there is room. */
    private boolean concernsWindow(String id, @Nullable Row now) {
        Row was = told.now(id);
        if (was != null || now == null) {
            return was != null && !was.equals(now);
        }
        Row last = result.last();
        return result.size() < observed.query().limit() || (last != null && now.place.compareTo(last.place) < 0);
    }

    @Override
    void replaced(Map<String, Row> all) {
        result = RowList.of(all.values());
    }

    @Override
    void changed(Map<String, Seen<Row>> some) {
        if (observed.query().limit() < Long.MAX_VALUE) {
            some.replaceAll(
                    (id, seen) -> new Seen<>(told.now(id), seen.value(), seen.latest())); // all beyond the window
            return;
        }
        List<Row> leaving = new ArrayList<>();
        List<Row> coming = new ArrayList<>();
        some.forEach((id, seen) -> {
            Row was = told.now(id);
            if (!Objects.equals(was, seen.entry())) {
                addIfThere(leaving, was);
                addIfThere(coming, seen.entry());
            }
        });
        result = leaving.isEmpty() && coming.isEmpty() ? result : result.with(leaving, coming);
    }

    private static void addIfThere(List<Row> rows, @Nullable Row row) {
        if (row != null) {
            rows.add(row);
        }
    }

    @Override
    void tell(Map<String, Seen<Row>> seen, BooleanSupplier isOpen) {
        List<RecordChange> added = new ArrayList<>();
        List<RecordChange> updated = new ArrayList<>();
        List<RecordChange> removed = new ArrayList<>();
        for (String id : told.untold()) {
            Row was = told.before(id);
            Row now = told.now(id);
            RecordChange change =
                    Objects.requireNonNull(seen.get(id), "all untold are read").change(id);
            if (was == null && now != null) {
                added.add(change);
            } else if (was != null && now == null) {
                removed.add(change);
            } else if (was != null && !was.equals(now)) {
                updated.add(change);
            }
        }
        boolean differs = !added.isEmpty() || !updated.isEmpty() || !removed.isEmpty();
        if ((first || differs) && isOpen.getAsBoolean()) {
            listener.onChange(new QueryChange(first, result, added, updated, removed));
            first = false;
        }
        told.accepted();
    }
}
