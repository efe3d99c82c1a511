package dev.tidelock.examples.relay;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Looks for damage in a data file before a relay answers from it: every page of a small file, and both ends of every table of a large one, so that a
 * relay starts quickly whatever it keeps.
 */
final class DataFileCheck {
    private static final long QUICK_BYTES_MAX = 256L << 20;

    private DataFileCheck() {}

    /** @throws IOException if the file is damaged; the message says what to do */
    static void requireSound(Path file, Sql sql) throws IOException {
        try {
            long bytes = sql.one("PRAGMA page_count", row -> row.getLong(1)).orElseThrow()
                    * sql.one("PRAGMA page_size", row -> row.getLong(1)).orElseThrow();
            if (bytes <= QUICK_BYTES_MAX) {
                String found = sql.one("PRAGMA quick_check(1)", row -> row.getString(1))
                        .orElse("nothing");
                if (!found.equals("ok")) {
                    throw damaged(file, found.replaceAll("\\s*\\n\\s*", " "), null);
                }
            } else {
                for (String table : new String[] {"space", "member", "entry"}) {
                    sql.one("SELECT * FROM " + table + " ORDER BY number LIMIT 1", row -> row.getLong(1));
                    sql.one("SELECT * FROM " + table + " ORDER BY number DESC LIMIT 1", row -> row.getLong(1));
                }
            }
        } catch (SQLException broken) {
            throw damaged(file, broken.getMessage(), broken);
        }
    }

    private static IOException damaged(Path file, @Nullable String what, @Nullable Throwable cause) {
        return new IOException(advice(file, what), cause);
    }

    static String advice(Path file, @Nullable String what) {
        return "the relay's data file '" + file + "' is damaged (" + what
                + "); restore a backup of it, or move it away and start"
                + " with an empty one: the devices make the relay whole with what they hold";
    }
}
