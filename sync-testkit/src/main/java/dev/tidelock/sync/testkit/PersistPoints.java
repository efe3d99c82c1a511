package dev.tidelock.sync.testkit;

/**
 * Stands where a device makes something durable, and so where a crash decides between two histories. What it throws ends the call: a {@link
 * SimulatedCrash}, say, or a {@link dev.tidelock.sync.spi.store.StoreException} for a disk that is full.
 */
public interface PersistPoints {
    /** Does nothing. */
    PersistPoints NONE = new PersistPoints() {};

    /** A transaction is about to commit. If this throws, it did not happen. */
    default void beforeCommit() {}

    /** A transaction has been committed. If this throws, it did happen, and nobody was told. */
    default void afterCommit() {}
}
