package dev.tidelock.examples.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One connection, with its statements kept prepared. For one thread at a time. */
final class Sql implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    Sql(Connection connection) {
        this.connection = connection;
    }

    /** Makes a value of one row. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Looks at one row. */
    interface RowVisitor {
        /** @return whether to go on to the next row */
        boolean visit(ResultSet row) throws SQLException;
    }

    int update(String sql, Object... arguments) throws SQLException {
        return bound(sql, arguments).executeUpdate();
    }

    /** Inserts a row, and tells its number. */
    long insert(String sql, Object... arguments) throws SQLException {
        update(sql, arguments);
        return one("SELECT last_insert_rowid()", row -> row.getLong(1)).orElseThrow();
    }

    void visit(String sql, RowVisitor visitor, Object... arguments) throws SQLException {
        try (ResultSet rows = bound(sql, arguments).executeQuery()) {
            boolean more = true;
            while (more && rows.next()) {
                more = visitor.visit(rows);
            }
        }
    }

    <T> List<T> all(String sql, Row<T> row, Object... arguments) throws SQLException {
        List<T> found = new ArrayList<>();
        visit(sql, each -> found.add(row.read(each)), arguments);
        return found;
    }

    <T> Optional<T> one(String sql, Row<T> row, Object... arguments) throws SQLException {
        try (ResultSet rows = bound(sql, arguments).executeQuery()) {
            return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
        }
    }

    private PreparedStatement bound(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    /** Outside of any transaction: SQLite allows it nowhere else. Whoever reads meanwhile keeps a part of the log until the next one. */
    void checkpoint() throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } finally {
            connection.setAutoCommit(false);
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
