package dev.tidelock.sync.spi.store;

/** A {@link Right} that is held: until it is closed, the store is closed, or the process ends, however that happens. Safe for use by any number of threads. */
public interface Hold extends AutoCloseable {
    /**
     * Whether nobody else has held the right since this store held it last, so that what was remembered of that time is still so. False for the first hold
     * of a store.
     */
    boolean isContinued();

    /** Lets go of the right. May be called more than once, and after the store was closed. */
    @Override
    void close();
}
