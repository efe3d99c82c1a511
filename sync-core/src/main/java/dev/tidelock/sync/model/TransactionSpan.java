package dev.tidelock.sync.model;

/**
 * The consecutive events of one device that become visible together.
 *
 * @param first the counter of the first event
 * @param size how many there are, 1 to {@value #SIZE_MAX}
 */
public record TransactionSpan(long first, int size) {
    /** The most events that one transaction may have: what an app may change at once, and room for what the engine adds when it issues that again. */
    public static final int SIZE_MAX = SyncLimits.TRANSACTION_CHANGES_MAX + 100;

    public TransactionSpan {
        if (first < 1 || size < 1 || size > SIZE_MAX || first > Long.MAX_VALUE - size) {
            throw new IllegalArgumentException("a transaction of " + size + " events from counter " + first + "; 1 to "
                    + SIZE_MAX + " events are accepted");
        }
    }

    /** The counter of the last event. */
    public long last() {
        return first + size - 1;
    }

    /** Whether the device's event of this counter belongs to the transaction. */
    public boolean contains(long counter) {
        return counter >= first && counter <= last();
    }
}
