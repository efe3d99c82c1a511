package dev.tidelock.sync.internal.live;

import java.util.function.BooleanSupplier;

/** What an observation does when it is its turn. One turn at a time. */
interface Look {
    /** Whether the app wants to be told anything now. */
    boolean isReady();

    /**
     * Reads what the marked records are now, and tells the app of those that are others than it has been told. If it throws, it can be called again with the same marks.
     *
     * @param isOpen whether the app may still be told
     * @return whether it has read everything, rather than what is marked
     */
    boolean at(Marks marked, BooleanSupplier isOpen);

    /** Tells the app that a turn failed. */
    void failed(Exception failure);
}
