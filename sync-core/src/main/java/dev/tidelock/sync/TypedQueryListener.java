package dev.tidelock.sync;

import dev.tidelock.sync.live.LiveQuery;

/**
 * Is told the result of a live query of a {@link TypedCollection}, as {@link dev.tidelock.sync.live.QueryListener} is. On the executor that the app chose, under no lock, one call at a time;
 * it may read, write and close.
 *
 * @param <T> the app's type
 */
@FunctionalInterface
public interface TypedQueryListener<T> {
    /**
     * The result is another one. If this throws, the change counts as not told: it comes again, with what has changed since, after a while that grows up to half a minute.
     */
    void onChange(TypedQueryChange<T> change);

    /**
     * The store failed, or {@link #onChange} threw this. Nothing is lost by it: the live query tries again by itself, until it is closed. The default does nothing beyond the
     * warning that is logged anyway.
     */
    default void onError(Exception failure) {}

    /**
     * Whether the next change is wanted now. If not, changes are gathered, and told as one once {@link LiveQuery#resume} was called. Quick, and on any thread. Always true unless overridden.
     */
    default boolean isReady() {
        return true;
    }
}
