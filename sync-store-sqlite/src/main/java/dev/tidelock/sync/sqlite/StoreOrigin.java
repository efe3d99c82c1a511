package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tells a database that is where it was made from a copy of it.
 *
 * <p>Two things show a copy: the place that the database names is not the one that it is at; or the lock file, which a restored database does not bring
 * along, has noted more of its commits than it knows of. Safe for use by any number of threads.
 */
final class StoreOrigin {
    private final LockFile locks;
    private final @Nullable String place;

    StoreOrigin(LockFile locks, Path database, FileKey keys) {
        this.locks = locks;
        this.place = StorePlace.of(database, keys);
    }

    /** A database that does not name a place yet is at the right one. */
    void adopt(Session session) {
        if (place != null && named(session) == null) {
            session.statement(Sql.SETTLE).bind(1, place).bind(2, 0).update();
        }
    }

    boolean isCopy(Session session) {
        long noted = locks.barriers(); // before the snapshot begins: others go on
        String named = named(session);
        boolean elsewhere = place != null && named != null && !named.equals(place);
        return elsewhere || session.queryLong(session.statement(Sql.BARRIERS)) < noted;
    }

    /** From here on it is where it belongs, and the latest of its kind; part of a transaction. */
    void settle(Session session) {
        session.statement(Sql.SETTLE).bind(1, place).bind(2, locks.barriers()).update();
    }

    /** A commit that had to reach the disk is there. */
    void noteBarriers(long barriers) {
        if (barriers > 0) {
            locks.noteBarriers(barriers);
        }
    }

    private static @Nullable String named(Session session) {
        try (SqlRows rows = session.statement(Sql.PLACE).query()) {
            return rows.next() ? rows.textAt(1) : null;
        }
    }
}
