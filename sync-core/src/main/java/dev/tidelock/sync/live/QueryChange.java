package dev.tidelock.sync.live;

import dev.tidelock.sync.query.Found;
import java.util.Collections;
import java.util.List;

/** What a live query finds at one moment, and how that differs from what it told before. Immutable; remains valid for as long as it is kept. */
public final class QueryChange {
    private final boolean first;
    private final List<Found> result;
    private final List<RecordChange> added;
    private final List<RecordChange> updated;
    private final List<RecordChange> removed;

    /** The lists are not copied. */
    public QueryChange(
            boolean first,
            List<Found> result,
            List<RecordChange> added,
            List<RecordChange> updated,
            List<RecordChange> removed) {
        this.first = first;
        this.result = Collections.unmodifiableList(result);
        this.added = Collections.unmodifiableList(added);
        this.updated = Collections.unmodifiableList(updated);
        this.removed = Collections.unmodifiableList(removed);
    }

    /** Whether nothing was told before: then everything is {@linkplain #added added}, be it nothing. */
    public boolean isFirst() {
        return first;
    }

    /** The whole result, in the query's order, as of one moment. */
    public List<Found> result() {
        return result;
    }

    /** What is in the result and was not, in no particular order. */
    public List<RecordChange> added() {
        return added;
    }

    /** What was in the result with another value, in no particular order. */
    public List<RecordChange> updated() {
        return updated;
    }

    /** What was in the result and is not, in no particular order. One that has a value is there, but not among what the query finds. */
    public List<RecordChange> removed() {
        return removed;
    }

    /** The numbers only: ids and values are the user's data. */
    @Override
    public String toString() {
        return "QueryChange[" + (first ? "first, " : "") + result.size() + " found, " + added.size() + " added, "
                + updated.size() + " updated, " + removed.size() + " removed]";
    }
}
