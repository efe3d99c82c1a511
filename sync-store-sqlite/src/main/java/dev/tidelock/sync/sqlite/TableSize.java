package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import java.util.ArrayList;
import java.util.List;

/**
 * How large a table of a store is.
 *
 * @param rows how many rows it has
 * @param bytes how much of the file it takes, its indexes included; -1 if this SQLite does not say
 */
public record TableSize(String name, long rows, long bytes) {
    /** Counts every row of every table. */
    static List<TableSize> of(Session session) {
        boolean sized = isSized(session);
        List<TableSize> sizes = new ArrayList<>();
        for (String name : names(session)) {
            long rows = session.queryLong(session.database().prepare("SELECT count(*) FROM \"" + name + '"'));
            long bytes = sized
                    ? session.queryLong(session.database()
                            .prepare("SELECT sum(pgsize) FROM dbstat WHERE name IN"
                                    + " (SELECT name FROM sqlite_master WHERE tbl_name = ?)")
                            .bind(1, name))
                    : -1;
            sizes.add(new TableSize(name, rows, bytes));
        }
        return sizes;
    }

    private static List<String> names(Session session) {
        List<String> names = new ArrayList<>();
        try (SqlRows rows = session.database()
                .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                .query()) {
            while (rows.next()) {
                names.add(Rows.decode(() -> Rows.text(rows, 1)));
            }
        }
        return names;
    }

    /** Not every SQLite is built to tell sizes. */
    private static boolean isSized(Session session) {
        String option = "SELECT sqlite_compileoption_used('ENABLE_DBSTAT_VTAB')";
        return session.queryLong(session.database().prepare(option)) != 0;
    }
}
