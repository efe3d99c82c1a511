package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.sqlite.SqliteRecordReader.StoreRow;
import java.util.List;
import java.util.Map;
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

    /** The indexes, by the ordinals of their collections; null if they are not known. */
    @Nullable
    Map<Long, List<IndexRows.Kept>> indexes;

    void forget() {
        indexes = null;
        storeRow = null;
        ownHead = null;
        lastPlainNumber = -1;
    }
}
