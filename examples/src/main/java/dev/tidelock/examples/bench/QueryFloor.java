package dev.tidelock.examples.bench;

import dev.tidelock.sync.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The same rows in bare SQLite, in columns of their own with SQLite's own indexes; what is read is parsed. */
final class QueryFloor implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement byTag;
    private final PreparedStatement byTime;
    private final PreparedStatement atTime;
    private final double indexedPerSecond;

    private QueryFloor(Connection connection, double indexedPerSecond) throws SQLException {
        this.connection = connection;
        this.indexedPerSecond = indexedPerSecond;
        this.byTag = connection.prepareStatement("SELECT r.id, r.value FROM keyed k JOIN record r ON r.id = k.id"
                + " WHERE k.tag = ? ORDER BY k.time DESC LIMIT ?");
        this.byTime = connection.prepareStatement("SELECT r.id, r.value FROM keyed k JOIN record r ON r.id = k.id"
                + " WHERE k.time >= ? ORDER BY k.time LIMIT ?");
        this.atTime = connection.prepareStatement(
                "SELECT r.id, r.value FROM keyed k JOIN record r ON r.id = k.id WHERE k.time = ?");
    }

    static QueryFloor make(Path file, int records) throws SQLException {
        Connection connection = SqliteFloor.open(file, "NORMAL");
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE keyed (id TEXT PRIMARY KEY, tag TEXT, time INTEGER) WITHOUT ROWID");
        }
        try (PreparedStatement record = connection.prepareStatement("INSERT INTO record VALUES (?, ?)");
                PreparedStatement keyed = connection.prepareStatement("INSERT INTO keyed VALUES (?, ?, ?)")) {
            Notes.forEach(records, note -> {
                try {
                    insert(record, keyed, note);
                } catch (SQLException failed) {
                    throw new IllegalStateException(failed);
                }
            });
        }
        long begun = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE INDEX by_tag ON keyed (tag, time)");
        }
        double perSecond = records * Timing.NANOS_PER_SECOND / (System.nanoTime() - begun);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE INDEX by_time ON keyed (time)");
        }
        connection.commit();
        return new QueryFloor(connection, perSecond);
    }

    private static void insert(PreparedStatement record, PreparedStatement keyed, Notes.Note note) throws SQLException {
        JsonValue value = JsonValue.parse(note.json());
        List<JsonValue> tags = value.asObject().get("tags").asArray().items();
        record.setString(1, note.id());
        record.setBytes(2, note.json().getBytes(StandardCharsets.UTF_8));
        record.executeUpdate();
        keyed.setString(1, note.id());
        keyed.setString(2, tags.get(0).asString());
        keyed.setLong(3, value.asObject().get("updatedAt").asNumber().longValue());
        keyed.executeUpdate();
    }

    /** How fast SQLite makes an index of its own on two columns. */
    double indexedPerSecond() {
        return indexedPerSecond;
    }

    int byTag(String tag, int limit) throws SQLException {
        byTag.setString(1, tag);
        byTag.setInt(2, limit);
        return read(byTag);
    }

    int byTime(long time, int limit) throws SQLException {
        byTime.setLong(1, time);
        byTime.setInt(2, limit);
        return read(byTime);
    }

    int atTime(long time) throws SQLException {
        atTime.setLong(1, time);
        return read(atTime);
    }

    private static int read(PreparedStatement statement) throws SQLException {
        int found = 0;
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                rows.getString(1);
                JsonValue.parse(rows.getBytes(2));
                found++;
            }
        }
        return found;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
