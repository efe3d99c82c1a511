package dev.tidelock.examples.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** What the operator of a relay can do to its data file while it is stopped. */
final class RelayFile {
    private final Path file;

    RelayFile(Path file) {
        this.file = file;
    }

    void copyTo(Path copy) throws IOException {
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    }

    void restore(Path copy) throws IOException {
        delete();
        Files.copy(copy, file);
    }

    void delete() throws IOException {
        for (String suffix : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
        }
    }

    /** Takes the end of the log away, and leaves everything as if it had never been there. */
    void cutOff(int count) throws SQLException {
        String kept = "(SELECT max(0, max(position) - " + count + ") FROM space)";
        String last = "FROM entry WHERE entry.member = member.number ORDER BY position DESC LIMIT 1";
        run(
                "DELETE FROM entry WHERE position > " + kept,
                "DELETE FROM body WHERE entry NOT IN (SELECT number FROM entry)",
                "UPDATE space SET position = (SELECT count(*) FROM entry), bytes = (SELECT ifnull(sum(length), 0) FROM entry),"
                        + " prefix = ifnull((SELECT prefix FROM entry ORDER BY position DESC LIMIT 1), zeroblob(32))",
                "UPDATE member SET last_counter = ifnull((SELECT last_counter " + last + "), 0),"
                        + " last_hash = ifnull((SELECT hash " + last + "), zeroblob(32))");
    }

    /** Begins the log anew, under another id, with the same members. */
    void beginAnew() throws SQLException {
        cutOff(Integer.MAX_VALUE);
        run("UPDATE space SET log = 'another-log'");
    }

    private void run(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.executeUpdate(sql);
            }
        }
    }
}
