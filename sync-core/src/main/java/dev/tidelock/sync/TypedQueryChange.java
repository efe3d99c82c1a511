package dev.tidelock.sync;

import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.live.QueryChange;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What a live query of a {@link TypedCollection} finds at one moment, and how that differs from what it told before. Records that do not decode are in no list. The lists are unmodifiable, and
 * remain valid for as long as they are kept.
 *
 * @param <T> the app's type
 */
public final class TypedQueryChange<T> {
    private final QueryChange raw;
    private final List<TypedRecord<T>> result;
    private final List<TypedRecord<T>> added;
    private final List<TypedRecord<T>> updated;
    private final List<String> removed;
    private final Map<String, CodecException> undecodable;

    /** The lists are not copied. */
    TypedQueryChange(
            QueryChange raw,
            List<TypedRecord<T>> result,
            List<TypedRecord<T>> added,
            List<TypedRecord<T>> updated,
            List<String> removed,
            Map<String, CodecException> undecodable) {
        this.raw = raw;
        this.result = Collections.unmodifiableList(result);
        this.added = Collections.unmodifiableList(added);
        this.updated = Collections.unmodifiableList(updated);
        this.removed = Collections.unmodifiableList(removed);
        this.undecodable = Collections.unmodifiableMap(undecodable);
    }

    /** Whether nothing was told before: then everything is {@linkplain #added added}, be it nothing. */
    public boolean isFirst() {
        return raw.isFirst();
    }

    /** The whole result, in the query's order, as of one moment. */
    public List<TypedRecord<T>> result() {
        return result;
    }

    /** What is in the result and was not, in no particular order. */
    public List<TypedRecord<T>> added() {
        return added;
    }

    /** What was in the result with another value, in no particular order. */
    public List<TypedRecord<T>> updated() {
        return updated;
    }

    /** The ids of what was in the result and is not, in no particular order. */
    public List<String> removed() {
        return removed;
    }

    /** Why records that the query finds do not decode, by their ids: all of them, not only those that have changed. */
    public Map<String, CodecException> undecodable() {
        return undecodable;
    }

    /** The same, as JSON, with devices and times. */
    public QueryChange raw() {
        return raw;
    }

    /** The numbers only: ids and values are the user's data. */
    @Override
    public String toString() {
        return raw + (undecodable.isEmpty() ? "" : ", " + undecodable.size() + " of them do not decode");
    }
}
