package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The driver of the desktop: SQLite through JDBC. */
final class JdbcDatabase implements SqlDatabase {
    private static final byte[] NO_BYTES = {};

    private final Connection connection;
    private @Nullable StoreException failure;

    private JdbcDatabase(Connection connection) {
        this.connection = connection;
    }

    /** Opens the database; makes an empty one if there is no such file. */
    static JdbcDatabase open(Path file) {
        // As a URI, because the driver takes what follows a '?' in a plain path for settings.
        String url = "jdbc:sqlite:" + file.toUri().toString().replace("?", "%3F");
        try {
            Connection connection = DriverManager.getConnection(url);
            JdbcDatabase database = new JdbcDatabase(connection);
            database.leaveTransactionsToStatements();
            return database;
        } catch (SQLException failed) {
            throw translate(failed);
        }
    }

    /**
     * In its auto-commit mode the driver tries to begin and commit a transaction after every single statement; it stops that once it believes to
     * be in a transaction of its own, which is ended here behind its back.
     */
    private void leaveTransactionsToStatements() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("COMMIT");
        }
    }

    @Override
    public SqlStatement prepare(String sql) {
        return new JdbcStatement(sql);
    }

    @Override
    public void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw fail(failed);
        }
    }

    @Override
    public @Nullable StoreException failure() {
        return failure;
    }

    @Override
    public void forgetFailure() {
        failure = null;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // What was committed is in the write-ahead log; the next one to open the file moves it.
        }
    }

    private RuntimeException fail(SQLException failed) {
        if (SqliteError.codeOf(failed) == SqliteError.CONSTRAINT) {
            return new ConstraintException(failed);
        }
        StoreException translated = translate(failed);
        failure = translated;
        return translated;
    }

    private static StoreException translate(SQLException failed) {
        int code = SqliteError.codeOf(failed);
        Kind kind = SqliteError.kindOf(code);
        return new StoreException(kind, SqliteError.explain(code) + ": " + failed.getMessage(), failed);
    }

    private final class JdbcStatement implements SqlStatement {
        private final String sql;
        private @Nullable PreparedStatement prepared;

        private JdbcStatement(String sql) {
            this.sql = sql;
        }

        private PreparedStatement prepared() throws SQLException {
            PreparedStatement current = prepared;
            if (current == null) {
                current = connection.prepareStatement(sql);
                prepared = current;
            }
            return current;
        }

        /** The driver closes a statement that failed, on some failures; so it is compiled anew after any. */
        private RuntimeException failHere(SQLException failed) {
            PreparedStatement current = prepared;
            prepared = null;
            if (current != null) {
                try {
                    current.close();
                } catch (SQLException ignored) {
                    // It failed already.
                }
            }
            return fail(failed);
        }

        @Override
        public SqlStatement bind(int parameter, long value) {
            try {
                prepared().setLong(parameter, value);
                return this;
            } catch (SQLException failed) {
                throw failHere(failed);
            }
        }

        @Override
        public SqlStatement bind(int parameter, @Nullable String value) {
            try {
                prepared().setString(parameter, value);
                return this;
            } catch (SQLException failed) {
                throw failHere(failed);
            }
        }

        @Override
        public SqlStatement bind(int parameter, byte @Nullable [] value) {
            try {
                prepared().setBytes(parameter, value);
                return this;
            } catch (SQLException failed) {
                throw failHere(failed);
            }
        }

        @Override
        public int update() {
            try {
                return prepared().executeUpdate();
            } catch (SQLException failed) {
                throw failHere(failed);
            }
        }

        @Override
        public SqlRows query() {
            try {
                return new JdbcRows(this, prepared().executeQuery());
            } catch (SQLException failed) {
                throw failHere(failed);
            }
        }
    }

    private static final class JdbcRows implements SqlRows {
        private final JdbcStatement statement;
        private final ResultSet rows;

        private JdbcRows(JdbcStatement statement, ResultSet rows) {
            this.statement = statement;
            this.rows = rows;
        }

        @Override
        public boolean next() {
            try {
                return rows.next();
            } catch (SQLException failed) {
                throw statement.failHere(failed);
            }
        }

        @Override
        public long longAt(int column) {
            try {
                return rows.getLong(column);
            } catch (SQLException failed) {
                throw statement.failHere(failed);
            }
        }

        @Override
        public @Nullable String textAt(int column) {
            try {
                return rows.getString(column);
            } catch (SQLException failed) {
                throw statement.failHere(failed);
            }
        }

        @Override
        public byte @Nullable [] bytesAt(int column) {
            try {
                byte[] bytes = rows.getBytes(column);
                // Some versions of the driver give null for no bytes, too.
                return bytes == null && !rows.wasNull() ? NO_BYTES : bytes;
            } catch (SQLException failed) {
                throw statement.failHere(failed);
            }
        }

        @Override
        public void close() {
            try {
                rows.close();
            } catch (SQLException failed) {
                throw statement.failHere(failed);
            }
        }
    }
}
