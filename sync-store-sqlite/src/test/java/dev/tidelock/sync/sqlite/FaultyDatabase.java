package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A database that fails once, at a call of the tester's choice; as SQLite does on some failures, it undoes the transaction there and then. */
final class FaultyDatabase implements SqlDatabase {
    /** How many calls succeed from now on, shared by all connections; negative for no end of them. */
    static final class Plan {
        private final AtomicInteger callsLeft = new AtomicInteger(-1);

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
            try {
                real.execute("ROLLBACK");
            } catch (StoreException noTransaction) {
                real.forgetFailure();
            }
            failure = new StoreException(StoreException.Kind.IO, "a planned failure", null);
            throw failure;
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
                if (!sql.startsWith("ROLLBACK")) {
                    mayFail();
                }
                return statement.update();
            }

            @Override
            public SqlRows query() {
                mayFail();
                return statement.query();
            }
        };
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
