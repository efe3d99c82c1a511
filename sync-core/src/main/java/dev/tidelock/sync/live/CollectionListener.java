package dev.tidelock.sync.live;

import java.util.List;

/**
 * Is told which records of a collection have changed, and to what. On the executor that the app chose, under no lock, one call at a time; it may read, write and close.
 */
@FunctionalInterface
public interface CollectionListener {
    /**
     * Records are others than when they were told last, or than when the listener was added: each once, as it is now. If this throws, the changes count as not told: they come
     * again, with what has changed since, after a while that grows up to half a minute.
     *
     * @param changes at least one; unmodifiable
     */
    void onChanges(List<RecordChange> changes);

    /**
     * The store failed, or {@link #onChanges} threw this. Nothing is lost by it: it is tried again, until the listener is closed. The default does nothing beyond the warning
     * that is logged anyway.
     */
    default void onError(Exception failure) {}
}
