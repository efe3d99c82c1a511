package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.sqlite.SqliteReader.StoreRow;
import org.jspecify.annotations.Nullable;

/**
 * What the writer need not read again for every transaction as long as nobody else writes. Read by the one transaction under way only; forgotten when
 * that is undone, and when another store has written to the database.
 */
final class WriterCache {
    @Nullable
    StoreRow storeRow;

    @Nullable
    OwnHead ownHead;

    /** The highest number of a record that is not the row id of an event; -1 if it is not known. */
    long lastPlainNumber = -1;

    void forget() {
        storeRow = null;
        ownHead = null;
        lastPlainNumber = -1;
    }
}
