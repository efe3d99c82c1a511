package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.sqlite.SqliteStoreOptions.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which commits sync the log: those that change something while {@code synchronous} is FULL. */
class SqliteStoreDurabilityTest {
    @TempDir
    Path folder;

    /** Notes of each commit of a change whether it syncs. */
    private static final class Recording implements SqlDatabase {
        private final SqlDatabase real;
        private final List<String> commits;
        private boolean full;
        private boolean changed;

        private Recording(SqlDatabase real, List<String> commits) {
            this.real = real;
            this.commits = commits;
        }

        private void ran(String sql, int changes) {
            if (sql.equals("COMMIT") && changed) {
                commits.add(full ? "synced" : "plain");
            }
            changed = !sql.equals("COMMIT")
                    && !sql.equals("ROLLBACK")
                    && (changed || changes > 0 && !sql.startsWith("BEGIN"));
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
                    int changes = statement.update();
                    ran(sql, changes);
                    return changes;
                }

                @Override
                public SqlRows query() {
                    return statement.query();
                }
            };
        }

        @Override
        public void execute(String sql) {
            real.execute(sql);
            if (sql.startsWith("PRAGMA synchronous")) {
                full = sql.endsWith("FULL");
            }
        }

        @Override
        public StoreException failure() {
            return real.failure();
        }

        @Override
        public void forgetFailure() {
            real.forgetFailure();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private List<String> commitsOf(Durability durability, Consumer<StoreTransaction> work) {
        List<String> commits = new ArrayList<>();
        SqliteStoreOptions options = SqliteStoreOptions.DEFAULTS.withDurability(durability);
        SqlDatabase.Driver driver = file -> new Recording(JdbcDatabase.open(file), commits);
        try (SqliteStore store = SqliteStore.open(folder.resolve("store.db"), options, driver)) {
            StoreFixture.identify(store);
            store.write(tx -> StoreFixture.put(tx));
            commits.clear();
            store.write(tx -> {
                work.accept(tx);
                return true;
            });
            store.write(tx -> StoreFixture.put(tx));
            return new ArrayList<>(commits);
        }
    }

    @Test
    void write_crashSafe_syncsNothing() {
        assertEquals(List.of("plain", "plain"), commitsOf(Durability.CRASH_SAFE, StoreFixture::put));
    }

    @Test
    void write_powerSafe_syncsEveryCommit() {
        assertEquals(List.of("synced", "synced"), commitsOf(Durability.POWER_SAFE, StoreFixture::put));
    }

    @Test
    void surviveLossOfPower_first_syncsThatOneCommit() {
        List<String> commits = commitsOf(Durability.CRASH_SAFE, tx -> {
            tx.surviveLossOfPower();
            StoreFixture.put(tx);
            tx.surviveLossOfPower();
        });
        assertEquals(List.of("synced", "plain"), commits);
    }

    /** To begin anew would let another process write in between, and what has been read would be old. */
    @Test
    void surviveLossOfPower_afterARead_isFollowedByACommitThatSyncs() {
        List<String> commits = commitsOf(Durability.CRASH_SAFE, tx -> {
            tx.ownHead();
            tx.surviveLossOfPower();
            StoreFixture.put(tx);
        });
        assertEquals(List.of("plain", "synced", "plain"), commits);
    }

    @Test
    void surviveLossOfPower_afterAChange_isFollowedByACommitThatSyncs() {
        List<String> commits = commitsOf(Durability.CRASH_SAFE, tx -> {
            StoreFixture.put(tx);
            tx.surviveLossOfPower();
        });
        assertEquals(List.of("plain", "synced", "plain"), commits);
    }

    @Test
    void surviveLossOfPower_withoutAnyChange_syncsWhatWasWrittenBefore() {
        assertEquals(
                List.of("synced", "plain"), commitsOf(Durability.CRASH_SAFE, StoreTransaction::surviveLossOfPower));
    }
}
