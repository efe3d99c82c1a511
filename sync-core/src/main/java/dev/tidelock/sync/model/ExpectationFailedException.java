package dev.tidelock.sync.model;

/**
 * A transaction expected a record to be something that it is not, because somebody has changed it. Nothing of the transaction was kept. What to do: read the
 * record again, and decide anew.
 */
public final class ExpectationFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RecordKey key;

    /**
     * @param expected in words, without the user's data
     * @param found in words, without the user's data
     */
    public ExpectationFailedException(RecordKey key, String expected, String found) {
        super("record " + key + " is not what the transaction expects: expected " + expected + ", found " + found
                + "; read it again and decide anew");
        this.key = key;
    }

    /** The record. */
    public RecordKey key() {
        return key;
    }
}
