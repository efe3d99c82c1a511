package dev.tidelock.sync.live;

/**
 * Is told the result of a live query: first the whole of it, then what has changed in it. On the executor that the app chose, under no lock, one call at a time; it may
 * read, write and close.
 */
@FunctionalInterface
public interface QueryListener {
    /**
     * The result is another one. If this throws, the change counts as not told: it comes again, with what has changed since, after a while that grows up to half a minute.
     */
    void onChange(QueryChange change);

    /**
     * The store failed, or {@link #onChange} threw this. Nothing is lost by it: the live query tries again by itself, until it is closed. The default does nothing beyond the
     * warning that is logged anyway.
     */
    default void onError(Exception failure) {}

    /**
     * Whether the next change is wanted now. If not, changes are gathered, and told as one once {@link LiveQuery#resume} was called: what differs from what was told last. Quick, and on
     * any thread. Always true unless overridden.
     */
    default boolean isReady() {
        return true;
    }
}
