package dev.tidelock.examples.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;

/**
 * Everything that a relay keeps, in one SQLite file. A write survives a loss of power once {@link #write} has returned. One write at a
 * time, any number of reads beside it, each of which sees the file as it was when it began.
 */
final class RelayDatabase implements AutoCloseable {
    private static final int SCHEMA_VERSION = 2;

    /** "tdlk": tells this file from other SQLite files. */
    private static final int APPLICATION_ID = 0x74646c6b;

    private static final List<String> SCHEMA = List.of(
            "CREATE TABLE space (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, log TEXT NOT NULL,"
                    + " position INTEGER NOT NULL, prefix BLOB NOT NULL, bytes INTEGER NOT NULL, created_millis INTEGER NOT NULL)",
            "CREATE TABLE member (number INTEGER PRIMARY KEY, space INTEGER NOT NULL, device BLOB NOT NULL,"
                    + " public_key BLOB NOT NULL, added_millis INTEGER NOT NULL, last_counter INTEGER NOT NULL,"
                    + " last_hash BLOB NOT NULL, UNIQUE (space, device))",
            // The bytes are apart, so that looking through a log reads none of them.
            "CREATE TABLE entry (number INTEGER PRIMARY KEY, space INTEGER NOT NULL, position INTEGER NOT NULL,"
                    + " member INTEGER NOT NULL, first_counter INTEGER NOT NULL, last_counter INTEGER NOT NULL,"
                    + " hash BLOB NOT NULL, prefix BLOB NOT NULL, length INTEGER NOT NULL,"
                    + " UNIQUE (space, position), UNIQUE (member, first_counter))",
            "CREATE TABLE body (entry INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");

    /** What came with version 2. */
    private static final List<String> SINCE_VERSION_2 = List.of(
            // When somebody last asked for the space, to the day; 0 if nobody did since it was made.
            "ALTER TABLE space ADD COLUMN used_millis INTEGER NOT NULL DEFAULT 0",
            "CREATE TABLE cell (space INTEGER NOT NULL, id BLOB NOT NULL, content BLOB NOT NULL, PRIMARY KEY (space, id))");

    private final DataFileLock fileLock;
    private final String url;
    private final Sql writer;
    private final ReentrantLock writing = new ReentrantLock(true); // who deletes much lets others in between

    // Guarded by itself: connections that read, and are free.
    private final Deque<Sql> readers = new ArrayDeque<>();

    /**
     * What is done in one transaction.
     *
     * @param <X> what else it throws
     */
    interface Work<T, X extends Exception> {
        T run(Sql sql) throws SQLException, X;
    }

    private RelayDatabase(DataFileLock fileLock, Path file) throws SQLException {
        this.fileLock = fileLock;
        this.url = "jdbc:sqlite:" + file.toAbsolutePath();
        this.writer = connect(TransactionMode.IMMEDIATE);
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws IOException if another relay is using it, or it is not a relay's; the message says which
     */
    static RelayDatabase open(Path file, LongSupplier wallMillis) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        DataFileLock lock = DataFileLock.take(file);
        try {
            RelayDatabase database = new RelayDatabase(lock, file);
            database.requireSound(file, wallMillis.getAsLong());
            return database;
        } catch (SQLException broken) {
            lock.close();
            if (isDamage(broken)) {
                throw new IOException(DataFileCheck.advice(file, broken.getMessage()), broken);
            }
            throw new IOException("cannot use '" + file + "' as a relay's data file: " + broken.getMessage(), broken);
        } catch (IOException | RuntimeException broken) {
            lock.close();
            throw broken;
        }
    }

    private void requireSound(Path file, long nowMillis) throws SQLException, IOException {
        boolean sound = false;
        try {
            requireSchema(file, nowMillis);
            DataFileCheck.requireSound(file, writer);
            writer.commit();
            sound = true;
        } finally {
            if (!sound) {
                writer.close();
            }
        }
    }

    /** SQLite's CORRUPT and NOTADB: https://sqlite.org/rescode.html. */
    private static boolean isDamage(SQLException broken) {
        int code = broken.getErrorCode() & 0xff;
        return code == 11 || code == 26;
    }

    private Sql connect(TransactionMode mode) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setTransactionMode(mode);
        config.setBusyTimeout(10_000);
        config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "4000");
        config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true"); // what is deleted is overwritten
        java.sql.Connection connection = config.createConnection(url);
        connection.setAutoCommit(false);
        return new Sql(connection);
    }

    private void requireSchema(Path file, long nowMillis) throws SQLException, IOException {
        int version = writer.one("PRAGMA user_version", row -> row.getInt(1)).orElseThrow();
        int application =
                writer.one("PRAGMA application_id", row -> row.getInt(1)).orElseThrow();
        long tables = writer.one("SELECT count(*) FROM sqlite_master", row -> row.getLong(1))
                .orElseThrow();
        boolean known = application == APPLICATION_ID && (version == 1 || version == SCHEMA_VERSION);
        if (tables > 0 && !known) {
            close();
            throw new IOException("'" + file + "' is not the data file of a relay of this version; choose another one");
        }
        if (tables == 0) {
            for (String statement : SCHEMA) {
                writer.update(statement);
            }
            writer.update("PRAGMA application_id = " + APPLICATION_ID);
        }
        if (version < SCHEMA_VERSION) {
            for (String statement : SINCE_VERSION_2) {
                writer.update(statement);
            }
            writer.update("UPDATE space SET used_millis = ?", nowMillis);
            writer.update("PRAGMA user_version = " + SCHEMA_VERSION);
        }
        writer.commit();
    }

    /** Runs in one transaction that is durable on return; not at all if it throws. */
    <T, X extends Exception> T write(Work<T, X> work) throws SQLException, X {
        return write(work, result -> {});
    }

    /** @param afterwards what is done with the result before anybody else writes; is quick, and does not fail */
    <T, X extends Exception> T write(Work<T, X> work, Consumer<T> afterwards) throws SQLException, X {
        writing.lock();
        try {
            T result = inTransaction(writer, work);
            afterwards.accept(result);
            return result;
        } finally {
            writing.unlock();
        }
    }

    /** Writes everything that is in the log of changes into the file, and empties that log: what was deleted is then nowhere. */
    void checkpoint() throws SQLException {
        writing.lock();
        try {
            writer.checkpoint();
        } finally {
            writing.unlock();
        }
    }

    /** How long the file is, in bytes. */
    long bytes() throws SQLException {
        return read(sql -> sql.one(
                        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
                        row -> row.getLong(1))
                .orElseThrow());
    }

    /** Runs on one snapshot of the file. */
    <T, X extends Exception> T read(Work<T, X> work) throws SQLException, X {
        Sql reader = freeReader();
        boolean sound = false;
        try {
            T result = inTransaction(reader, work);
            sound = true;
            return result;
        } finally {
            release(reader, sound);
        }
    }

    /** Keeps a connection for the next reader; not one that failed. */
    private void release(Sql reader, boolean sound) throws SQLException {
        if (!sound) {
            reader.close();
            return;
        }
        synchronized (readers) {
            readers.push(reader);
        }
    }

    private Sql freeReader() throws SQLException {
        synchronized (readers) {
            if (!readers.isEmpty()) {
                return readers.pop();
            }
        }
        return connect(TransactionMode.DEFERRED);
    }

    private static <T, X extends Exception> T inTransaction(Sql sql, Work<T, X> work) throws SQLException, X {
        boolean done = false;
        try {
            T result = work.run(sql);
            sql.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                sql.rollback();
            }
        }
    }

    /** Waits for the write that runs, and closes the file. */
    @Override
    public void close() throws IOException {
        writing.lock();
        try {
            synchronized (readers) {
                for (Sql reader : readers) {
                    reader.close();
                }
                readers.clear();
            }
            writer.close();
        } catch (SQLException broken) {
            throw new IOException("closing the relay's data file: " + broken.getMessage(), broken);
        } finally {
            writing.unlock();
            fileLock.close();
        }
    }
}
