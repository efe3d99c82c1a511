package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A database that fails once, at a call of the tester's choice: at a statement, or at the next row of a query. */
final class FaultyDatabase implements SqlDatabase {
    /** How many calls succeed from now on, shared by all connections; negative for no end of them. */
    static final class Plan {
        private final AtomicInteger callsLeft = new AtomicInteger(-1);
        private volatile boolean undoes = true;

        /** Whether a failure undoes the transaction there and then, as SQLite does on some, or leaves it as it is. */
        Plan undoing(boolean value) {
            undoes = value;
            return this;
        }

        void failAfter(int calls) {
            callsLeft.set(calls);
        }

        boolean hasFailed() {
            return callsLeft.get() < 0;
        }

        private boolean failsNow() {
            return callsLeft.get() >= 0 && callsLeft.decrementAndGet() < 0;
        }
    }

    private final SqlDatabase real;
    private final Plan plan;
    private StoreException failure;

    private FaultyDatabase(SqlDatabase real, Plan plan) {
        this.real = real;
        this.plan = plan;
    }

    static Driver driver(Plan plan) {
        return (Path file) -> new FaultyDatabase(JdbcDatabase.open(file), plan);
    }

    private void mayFail() {
        if (plan.failsNow()) {
            if (plan.undoes) {
                undo();
            }
            failure = new StoreException(StoreException.Kind.IO, "a planned failure", null);
            throw failure;
        }
    }

    private void undo() {
        try {
            real.execute("ROLLBACK");
        } catch (StoreException noTransaction) {
            real.forgetFailure();
        }
    }

    @Override
    public SqlStatement prepare(String sql) {
        SqlStatement statement = real.prepare(sql);
        return new SqlStatement() {
            @Override
            public SqlStatement bind(int parameter, long value) {
                statement.bind(parameter, value);
                return this;
            }

            @Override
            public SqlStatement bind(int parameter, String value) {
                statement.bind(parameter, value);
                return this;
            }

            @Override
            public SqlStatement bind(int parameter, byte[] value) {
                statement.bind(parameter, value);
                return this;
            }

            @Override
            public int update() {
                mayFail();
                return statement.update();
            }

            @Override
            public SqlRows query() {
                mayFail();
                return new FaultyRows(statement.query());
            }
        };
    }

    private final class FaultyRows implements SqlRows {
        private final SqlRows rows;

        private FaultyRows(SqlRows rows) {
            this.rows = rows;
        }

        @Override
        public boolean next() {
            mayFail();
            return rows.next();
        }

        @Override
        public long longAt(int column) {
            return rows.longAt(column);
        }

        @Override
        public String textAt(int column) {
            return rows.textAt(column);
        }

        @Override
        public byte[] bytesAt(int column) {
            return rows.bytesAt(column);
        }

        @Override
        public void close() {
            rows.close();
        }
    }

    @Override
    public void execute(String sql) {
        mayFail();
        real.execute(sql);
    }

    @Override
    public StoreException failure() {
        return failure != null ? failure : real.failure();
    }

    @Override
    public void forgetFailure() {
        failure = null;
        real.forgetFailure();
    }

    @Override
    public void close() {
        real.close();
    }
}
