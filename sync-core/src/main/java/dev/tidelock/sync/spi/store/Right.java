package dev.tidelock.sync.spi.store;

/** What at most one of the processes that share a store does at a time. */
public enum Right {
    /** To push and pull: held during one sync. */
    SYNC,
    /** To sync by itself: held for as long as the process does. */
    LEAD
}
