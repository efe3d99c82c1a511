package dev.tidelock.examples.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What bare SQLite takes for the same notes: a row of each, and a row in an outbox. No clock, no history, no conflicts, no keys. */
final class SqliteFloor {
    private SqliteFloor() {}

    static Connection open(Path file, String synchronous) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=" + synchronous);
            statement.execute("CREATE TABLE record (id TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID");
            statement.execute("CREATE TABLE outbox (seq INTEGER PRIMARY KEY, value BLOB)");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    /** Writes all notes. @return how long that took, without opening and closing */
    static long write(Path file, String synchronous, List<Notes.Note> notes, int perTransaction) throws SQLException {
        try (Connection connection = open(file, synchronous)) {
            return write(connection, notes, perTransaction);
        }
    }

    static long write(Connection connection, List<Notes.Note> notes, int perTransaction) throws SQLException {
        try (PreparedStatement record = connection.prepareStatement("INSERT OR REPLACE INTO record VALUES (?, ?)");
                PreparedStatement outbox = connection.prepareStatement("INSERT INTO outbox (value) VALUES (?)")) {
            long begun = System.nanoTime();
            int open = 0;
            for (Notes.Note note : notes) {
                byte[] value = note.json().getBytes(StandardCharsets.UTF_8);
                record.setString(1, note.id());
                record.setBytes(2, value);
                record.executeUpdate();
                outbox.setBytes(1, value);
                outbox.executeUpdate();
                open++;
                if (open == perTransaction) {
                    connection.commit();
                    open = 0;
                }
            }
            connection.commit();
            return System.nanoTime() - begun;
        }
    }
}
