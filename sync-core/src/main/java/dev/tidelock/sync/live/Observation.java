package dev.tidelock.sync.live;

/** Something that is told of changes until it is closed, or its client is. Safe for use by any number of threads, from within a callback too. */
public interface Observation extends AutoCloseable {
    /** Ends it: no callback begins any more. Does not wait for one that is under way. May be called more than once. */
    @Override
    void close();
}
