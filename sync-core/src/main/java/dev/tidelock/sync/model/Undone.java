package dev.tidelock.sync.model;

import java.util.List;

/**
 * A transaction of this device that has been undone, with another one.
 *
 * @param transaction the first change of the transaction that was undone
 * @param records what it had changed, and what is now as it was before
 */
public record Undone(EventId transaction, List<RecordKey> records) {
    /** Copies the list. */
    public Undone {
        records = List.copyOf(records);
    }

    /** The id only: record ids are the user's data. */
    @Override
    public String toString() {
        return "Undone[" + transaction + ", " + records.size() + " records]";
    }
}
