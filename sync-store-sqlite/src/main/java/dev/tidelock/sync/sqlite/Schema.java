package dev.tidelock.sync.sqlite;

/**
 * The tables. Devices, collections and remotes have small numbers (ordinals) that stand for them elsewhere; a number once committed is never given
 * to another. An event's row id is its device's ordinal and its counter, so that one tree finds events by identity, in order, and by device:
 *
 * <pre>
 * bits 40-62  ordinal of the device
 * bits  0-39  counter
 * </pre>
 *
 * <p>A record's number is the row id of one of its events, if possible, and that event needs no entry in the index: most records are written once.
 * Numbers below all row ids serve where that is not possible.
 *
 * <p>Which events are unsealed needs no table: they are this device's above the last counter of its chain. Large columns stand last, because
 * SQLite walks through what is before a column. {@link FoldColumn} and {@link EventColumn} say what is in theirs.
 */
final class Schema {
    /** "TdLk": tells this library's files from other databases. */
    static final int APPLICATION_ID = 0x54644c6b;

    /** Each change of the tables makes a new version, and adds a step to {@link #STEPS}. */
    static final int VERSION = 3;

    static final int COUNTER_BITS = 40;
    static final long COUNTER_MAX = (1L << COUNTER_BITS) - 1;
    static final long ORDINAL_MAX = (1L << (63 - COUNTER_BITS)) - 1;

    /** What the engine remembers of this store alone. */
    private static final String NOTES = "CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID";

    /** What indexes are kept, and how far they are built ({@link IndexRows}). */
    private static final String INDEXES =
            "CREATE TABLE indexes (ordinal INTEGER PRIMARY KEY, collection INTEGER NOT NULL, definition TEXT NOT NULL,"
                    + " built_to TEXT)";

    private static final String INDEX_ENTRIES =
            "CREATE TABLE index_entries (ordinal INTEGER NOT NULL, entry BLOB NOT NULL, record INTEGER NOT NULL,"
                    + " PRIMARY KEY (ordinal, entry)) WITHOUT ROWID";

    static final String[] TABLES = {
        // One row. "barriers" counts the commits that had to reach the disk at once: before anything of them may be
        // sent.
        // "place" names the file that the store was made in, see StorePlace.
        "CREATE TABLE store (one INTEGER PRIMARY KEY CHECK (one = 1), space BLOB, device INTEGER,"
                + " observed INTEGER NOT NULL, barriers INTEGER NOT NULL, place TEXT)",
        "INSERT INTO store (one, observed, barriers) VALUES (1, 0, 0)",
        // A device with a last hash has a chain of envelopes; others are only named by events.
        "CREATE TABLE devices (ordinal INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, author_key BLOB,"
                + " last_counter INTEGER, last_hash BLOB, last_seen INTEGER)",
        "CREATE TABLE collections (ordinal INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        "CREATE TABLE records (number INTEGER PRIMARY KEY, collection INTEGER NOT NULL, id TEXT NOT NULL,"
                + " fold BLOB NOT NULL, value BLOB, UNIQUE (collection, id))",
        "CREATE TABLE conflicts (record INTEGER NOT NULL, device BLOB NOT NULL, counter INTEGER NOT NULL,"
                + " kind INTEGER NOT NULL, reading INTEGER NOT NULL, stamp_device BLOB NOT NULL, winner BLOB NOT NULL,"
                + " losing BLOB NOT NULL, value BLOB NOT NULL, UNIQUE (record, device, counter))",
        "CREATE TABLE events (id INTEGER PRIMARY KEY, record INTEGER NOT NULL, state INTEGER NOT NULL,"
                + " head BLOB NOT NULL, value BLOB)",
        "CREATE INDEX events_by_record ON events (record) WHERE record <> id",
        // In the order in which this device came to hold them.
        "CREATE TABLE envelopes (seq INTEGER PRIMARY KEY, device INTEGER NOT NULL, first INTEGER NOT NULL,"
                + " count INTEGER NOT NULL, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL)",
        "CREATE INDEX envelopes_by_place ON envelopes (device, first, count)",
        "CREATE TABLE remotes (ordinal INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, log TEXT, position INTEGER,"
                + " prefix BLOB, last_success INTEGER, blocked_by TEXT, detail TEXT, clock_offset INTEGER)",
        "CREATE TABLE outbox (remote INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (remote, seq)) WITHOUT ROWID",
        // Which envelopes have been seen in a remote's log.
        "CREATE TABLE in_log (remote INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (remote, seq)) WITHOUT ROWID",
        // What "author" last said of how far it holds the envelopes of "device"; both are ordinals.
        "CREATE TABLE seen_heads (author INTEGER NOT NULL, device INTEGER NOT NULL, counter INTEGER NOT NULL,"
                + " hash BLOB NOT NULL, PRIMARY KEY (author, device)) WITHOUT ROWID",
        "CREATE TABLE incidents (kind TEXT NOT NULL, device BLOB NOT NULL, detail TEXT NOT NULL, open INTEGER NOT NULL,"
                + " first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (kind, device))"
                + " WITHOUT ROWID",
        "CREATE TABLE quarantine (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reason TEXT NOT NULL, author BLOB,"
                + " first INTEGER NOT NULL, count INTEGER NOT NULL, detail TEXT NOT NULL, since INTEGER NOT NULL, bytes BLOB)",
        NOTES,
        INDEXES,
        INDEX_ENTRIES,
    };

    /** For each version but the last, what makes the next one of it. */
    static final String[][] STEPS = {{NOTES}, {INDEXES, INDEX_ENTRIES}};

    private Schema() {}

    /** The row id of an event. */
    static long eventRow(long deviceOrdinal, long counter) {
        return deviceOrdinal << COUNTER_BITS | counter;
    }

    static long ordinalOf(long eventRow) {
        return eventRow >>> COUNTER_BITS;
    }

    static long counterOf(long eventRow) {
        return eventRow & COUNTER_MAX;
    }
}
