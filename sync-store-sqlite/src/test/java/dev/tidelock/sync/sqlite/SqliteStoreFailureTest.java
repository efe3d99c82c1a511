package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The medium fails, at every point in turn, and the store goes on from what was committed. */
class SqliteStoreFailureTest {
    private static final int CALLS_MAX = 500;

    @TempDir
    Path folder;

    private static StoreException failing(Runnable use) {
        return assertThrows(StoreException.class, use::run);
    }

    private static void putTwice(Store store, boolean powerSafe, boolean early) {
        store.write(tx -> {
            if (powerSafe && early) {
                tx.surviveLossOfPower();
            }
            StoreFixture.put(tx);
            tx.observe(tx.observedReading() + 1);
            if (powerSafe && !early) {
                tx.surviveLossOfPower();
            }
            return StoreFixture.put(tx);
        });
    }

    @Test
    void write_anyCallFails_isUndoneAndTheNextWorks() {
        FaultyDatabase.Plan plan = new FaultyDatabase.Plan();
        for (boolean powerSafe : new boolean[] {false, true}) {
            Path file = folder.resolve("store-" + powerSafe + ".db");
            try (SqliteStore store = SqliteStore.open(file, SqliteStoreOptions.DEFAULTS, FaultyDatabase.driver(plan))) {
                StoreFixture.identify(store);
                long last = 0;
                int calls = 0;
                boolean failed = true;
                for (; failed; calls++) {
                    assertTrue(calls < CALLS_MAX, "it never gets through");
                    plan.failAfter(calls);
                    failed = fails(store, powerSafe);
                    plan.failAfter(-1);
                    long now = store.read(StoreFixture::requireWhole);
                    assertEquals(failed ? last : last + 2, now, "after a failure at call " + calls);
                    putTwice(store, powerSafe, true);
                    last = store.read(StoreFixture::requireWhole);
                    assertEquals(now + 2, last);
                }
                assertTrue(calls > 8, "only " + calls + " calls could fail");
            }
        }
    }

    private static boolean fails(Store store, boolean powerSafe) {
        try {
            putTwice(store, powerSafe, true);
            return false;
        } catch (StoreException expected) {
            assertEquals(Kind.IO, expected.kind());
            return true;
        }
    }

    @Test
    void write_syncAskedForLateFails_isOwedUntilItIsDone() {
        FaultyDatabase.Plan plan = new FaultyDatabase.Plan();
        Path file = folder.resolve("store.db");
        try (SqliteStore store = SqliteStore.open(file, SqliteStoreOptions.DEFAULTS, FaultyDatabase.driver(plan))) {
            StoreFixture.identify(store);
            store.write(StoreFixture::put);
            failing(() -> store.write(tx -> {
                long last = StoreFixture.put(tx);
                tx.surviveLossOfPower();
                plan.failAfter(1); // the commit goes through; what syncs it does not
                return last;
            }));
            plan.failAfter(0);
            failing(() -> store.read(StoreFixture::requireWhole));
            plan.failAfter(-1);
            assertEquals(2, (long) store.read(StoreFixture::requireWhole));
            assertEquals(3, (long) store.write(StoreFixture::put));
        }
    }

    @Test
    void write_workGoesOnAfterAFailure_isUndoneAllTheSame() {
        FaultyDatabase.Plan plan = new FaultyDatabase.Plan();
        Path file = folder.resolve("store.db");
        try (SqliteStore store = SqliteStore.open(file, SqliteStoreOptions.DEFAULTS, FaultyDatabase.driver(plan))) {
            StoreFixture.identify(store);
            StoreException passedOn = failing(() -> store.write(tx -> {
                plan.failAfter(2);
                failing(() -> StoreFixture.put(tx));
                failing(() -> StoreFixture.put(tx));
                return true; // as if nothing had happened
            }));
            assertTrue(passedOn.getMessage().contains("planned"), passedOn.getMessage());
            assertEquals(0, (long) store.read(StoreFixture::requireWhole));
            assertEquals(1, (long) store.write(StoreFixture::put));
        }
    }

    @Test
    void open_anyCallFails_leavesANewFileNew() {
        FaultyDatabase.Plan plan = new FaultyDatabase.Plan();
        Path file = folder.resolve("store.db");
        int calls = 0;
        for (boolean opened = false; !opened; calls++) {
            plan.failAfter(calls);
            try (SqliteStore store = SqliteStore.open(file, SqliteStoreOptions.DEFAULTS, FaultyDatabase.driver(plan))) {
                opened = true;
                assertFalse(plan.hasFailed());
            } catch (StoreException expected) {
                assertEquals(Kind.IO, expected.kind());
            }
        }
        assertTrue(calls > 10, "only " + calls + " calls could fail");
        plan.failAfter(-1);
        try (SqliteStore store = SqliteStore.open(file)) {
            StoreFixture.identify(store);
            assertEquals(1, (long) store.write(StoreFixture::put));
        }
    }

    /** Refuses to grow, as a full disk does. */
    private static final class SmallDisk implements SqlDatabase.Driver {
        private SqlDatabase writer;

        @Override
        public SqlDatabase open(Path file) {
            writer = JdbcDatabase.open(file);
            return writer;
        }

        void limit(int pages) {
            writer.execute("PRAGMA max_page_count = " + pages);
        }
    }

    @Test
    void write_diskFull_isUndoneAndWorksAgainLater() {
        SmallDisk disk = new SmallDisk();
        try (SqliteStore store = SqliteStore.open(folder.resolve("store.db"), SqliteStoreOptions.DEFAULTS, disk)) {
            StoreFixture.identify(store);
            store.write(StoreFixture::put);
            disk.limit(60);
            RecordKey large = new RecordKey("large", "x");
            StoreException full = failing(() -> store.write(tx -> {
                StoreFixture.put(tx);
                tx.setRecord(
                        large, new RecordState(JsonValue.of("x".repeat(1_000_000)), null, List.of(), null, List.of()));
                return true;
            }));
            assertEquals(Kind.FULL, full.kind());
            assertTrue(full.getMessage().contains("free some space"), full.getMessage());
            assertEquals(1, (long) store.read(StoreFixture::requireWhole));
            assertEquals(RecordState.ABSENT, store.read(r -> r.record(large)));
            assertEquals(2, (long) store.write(StoreFixture::put));
        }
    }

    @Test
    void write_anotherProgramHoldsTheDatabase_isLocked() throws SQLException {
        Path file = folder.resolve("store.db");
        SqlDatabase.Driver impatient = path -> {
            SqlDatabase database = JdbcDatabase.open(path);
            return new Impatient(database);
        };
        try (SqliteStore store = SqliteStore.open(file, SqliteStoreOptions.DEFAULTS, impatient)) {
            StoreFixture.identify(store);
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertEquals(
                        Kind.LOCKED,
                        failing(() -> store.write(StoreFixture::put)).kind());
                assertEquals(0, (long) store.read(StoreFixture::requireWhole));
                statement.execute("ROLLBACK");
            }
            assertEquals(1, (long) store.write(StoreFixture::put));
        }
    }

    /** Waits for no lock. */
    private record Impatient(SqlDatabase real) implements SqlDatabase {
        @Override
        public SqlStatement prepare(String sql) {
            return real.prepare(sql);
        }

        @Override
        public void execute(String sql) {
            real.execute(sql.contains("busy_timeout") ? "PRAGMA busy_timeout = 20" : sql);
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
}
