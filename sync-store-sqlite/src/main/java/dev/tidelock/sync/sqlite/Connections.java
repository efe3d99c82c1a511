package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Opens connections to the file of a store, and makes its tables. */
final class Connections {
    private static final String[] COMMON = {
        // Another process may be in the middle of a long transaction, or tidy up after one that was killed.
        "PRAGMA busy_timeout = 30000",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA foreign_keys = OFF",
        // No more than a plain sync on most systems; macOS needs to be asked to reach the medium itself.
        "PRAGMA fullfsync = ON",
    };

    private final SqlDatabase.Driver driver;
    private final Path file;

    Connections(SqlDatabase.Driver driver, Path file) {
        this.driver = driver;
        this.file = file;
    }

    /** A connection that writes. Its commits survive a crash of the process, and are synced only on request. */
    Session writer() {
        Session session = open();
        boolean ready = false;
        try {
            execute(session, "PRAGMA cache_size = -8000");
            execute(session, "PRAGMA synchronous = NORMAL");
            // 8 MiB: fewer syncs than with SQLite's 1000, and pages that are written again and again are moved once.
            execute(session, "PRAGMA wal_autocheckpoint = 2000");
            // A slow reader can make the log grow; it shrinks again at the next turn.
            execute(session, "PRAGMA journal_size_limit = 16777216");
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    Session reader() {
        Session session = open();
        boolean ready = false;
        try {
            execute(session, "PRAGMA cache_size = -2000");
            execute(session, "PRAGMA query_only = ON");
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    private Session open() {
        Session session = new Session(driver.open(file));
        boolean ready = false;
        try {
            for (String setting : COMMON) {
                execute(session, setting);
            }
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    private static void execute(Session session, String sql) {
        session.database().execute(sql);
    }

    /** Lets a store that does not know its place take this one for it. Nobody else may be opening it meanwhile. */
    StoreOrigin adopt(StoreOrigin origin) {
        Session session = open();
        try {
            origin.adopt(session);
            return origin;
        } finally {
            session.close();
        }
    }

    /** Makes the tables if the file is new, brings them up to date if it is old, and sees that they are there. */
    void prepare() {
        Session session = open();
        try {
            long tables = countTables(session);
            int applicationId = (int) queryLong(session, "PRAGMA application_id");
            int version = (int) queryLong(session, "PRAGMA user_version");
            if (tables == 0 && applicationId == 0 && version == 0) {
                create(session);
            } else {
                StoreFile.requireOurs(file.toString(), applicationId, version);
                if (version < Schema.VERSION) {
                    upgrade(session);
                }
                requireTables(session);
            }
            useWriteAheadLog(session);
            new SqliteReader(session).storeRow();
        } finally {
            session.close();
        }
    }

    /** In the journal mode that leaves a whole file or an empty one, whenever the process ends. */
    private static void create(Session session) {
        execute(session, "PRAGMA page_size = 4096");
        execute(session, "PRAGMA encoding = 'UTF-8'");
        execute(session, "PRAGMA synchronous = FULL");
        execute(session, "BEGIN IMMEDIATE");
        for (String sql : Schema.TABLES) {
            execute(session, sql);
        }
        execute(session, "PRAGMA application_id = " + Schema.APPLICATION_ID);
        execute(session, "PRAGMA user_version = " + Schema.VERSION);
        execute(session, "COMMIT");
    }

    /** As one transaction; another process may have done it meanwhile. */
    private static void upgrade(Session session) {
        execute(session, "PRAGMA synchronous = FULL");
        execute(session, "BEGIN IMMEDIATE");
        for (int version = (int) queryLong(session, "PRAGMA user_version"); version < Schema.VERSION; version++) {
            for (String sql : Schema.STEPS[version - 1]) {
                execute(session, sql);
            }
        }
        execute(session, "PRAGMA user_version = " + Schema.VERSION);
        execute(session, "COMMIT");
    }

    /** The first thing that is read. */
    private long countTables(Session session) {
        try {
            return queryLong(session, "SELECT count(*) FROM sqlite_master");
        } catch (StoreException failed) {
            if (failed.kind() != Kind.FULL) {
                throw failed;
            }
            // SQLite runs what it finds in place of the statements that made the tables, so damage there can look like
            // anything.
            throw new StoreException(Kind.CORRUPT, file + " is damaged: " + failed.getMessage(), failed);
        }
    }

    /** SQLite keeps the statements that made the tables, and believes them whatever they say. */
    private void requireTables(Session session) {
        Set<String> made = new HashSet<>();
        try (SqlRows rows =
                session.database().prepare("SELECT sql FROM sqlite_master").query()) {
            while (rows.next()) {
                made.add(String.valueOf(rows.textAt(1)));
            }
        }
        for (String sql : Schema.TABLES) {
            if (sql.startsWith("CREATE") && !made.contains(sql)) {
                throw new StoreException(
                        Kind.CORRUPT, file + " is damaged: its tables are not those that were made", null);
            }
        }
    }

    private void useWriteAheadLog(Session session) {
        try (SqlRows rows =
                session.database().prepare("PRAGMA journal_mode = WAL").query()) {
            String mode = rows.next() ? rows.textAt(1) : null;
            if (mode == null || !mode.toLowerCase(Locale.ROOT).equals("wal")) {
                throw new StoreException(
                        Kind.IO, file + " cannot have a write-ahead log where it is; is that a network folder?", null);
            }
        }
    }

    private static long queryLong(Session session, String sql) {
        return session.queryLong(session.database().prepare(sql));
    }
}
