package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.KeyRange;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes in files that are older, newer or damaged. */
class SqliteStoreIndexesTest {
    private static final Index VALUE = Index.on("$");
    private static final int PUTS = 150;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void makeStore() {
        file = folder.resolve("store.db");
        try (SqliteStore store = SqliteStore.open(file)) {
            StoreFixture.identify(store);
            store.write(tx -> {
                for (int i = 0; i < PUTS; i++) {
                    StoreFixture.put(tx);
                }
                return true;
            });
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : -1;
        }
    }

    private static void build(SqliteStore store) {
        store.write(tx -> {
            tx.addIndex("notes", VALUE);
            return tx.buildIndex("notes", VALUE, 1000);
        });
    }

    private void buildOnce() {
        try (SqliteStore store = SqliteStore.open(file)) {
            build(store);
        }
    }

    private static List<String> ids(SqliteStore store) {
        List<String> ids = new ArrayList<>();
        store.read(reader -> {
            reader.entries("notes", VALUE, KeyRange.ALL, false, (key, id, value) -> ids.add(id));
            return true;
        });
        return ids;
    }

    /** What the tables of version 2 were. */
    private void makeOld() throws SQLException {
        execute("DROP TABLE index_entries", "DROP TABLE indexes", "PRAGMA user_version = 2");
    }

    @Test
    void open_fileOfVersionTwo_isBroughtUpToDateAndKeepsEverything() throws SQLException {
        makeOld();
        try (SqliteStore store = SqliteStore.open(file)) {
            assertEquals(PUTS, (long) store.read(StoreFixture::requireWhole));
            assertEquals(List.of(), store.read(reader -> reader.indexes("notes")));
            build(store);
            store.write(StoreFixture::put);
            assertEquals(100, ids(store).size());
        }
        assertEquals(Schema.VERSION, number("PRAGMA user_version"));
        assertTrue(StoreDoctor.check(file).isSound());
    }

    @Test
    void check_fileOfVersionTwo_isSoundAndStaysAsItIs() throws SQLException {
        makeOld();
        assertTrue(StoreDoctor.check(file).isSound());
        assertEquals(2, number("PRAGMA user_version"));
    }

    @Test
    void open_fileOfVersionTwoWithAnIndexTable_isRefusedAndStaysAsItIs() throws SQLException {
        execute("DROP TABLE indexes", "PRAGMA user_version = 2"); // not what any version has made
        assertThrows(StoreException.class, () -> SqliteStore.open(file));
        assertEquals(2, number("PRAGMA user_version"));
        assertEquals(0, number("SELECT count(*) FROM sqlite_master WHERE name = 'indexes'"));
    }

    @Test
    void check_indexThatLacksAnEntryOrHasAnother_isFound() throws SQLException {
        buildOnce();
        assertTrue(StoreDoctor.check(file).isSound());
        execute("DELETE FROM index_entries WHERE entry = (SELECT max(entry) FROM index_entries)");
        requireFound("has 99 of them, and 0 others");
        execute("INSERT INTO index_entries VALUES (1, x'1020', 1)");
        requireFound("has 99 of them, and 1 others");
    }

    private void requireFound(String detail) {
        List<StoreCheckup.Finding> findings = StoreDoctor.check(file).findings();
        assertEquals(1, findings.size());
        assertEquals(StoreCheckup.Kind.INDEXES, findings.get(0).kind());
        assertTrue(findings.get(0).detail().contains(detail), findings.get(0).detail());
    }

    @Test
    void write_indexThatANewerLibraryMade_takesItAwayInsteadOfLettingItGoStale() throws SQLException {
        buildOnce();
        execute("UPDATE indexes SET definition = '{\"around\":[\"place\"],\"version\":7}'");
        try (SqliteStore store = SqliteStore.open(file)) {
            assertEquals(List.of(), store.read(reader -> reader.indexes("notes")));
            store.write(StoreFixture::put);
            build(store);
            assertEquals(List.of(new StoredIndex("notes", VALUE, true)), store.read(reader -> reader.indexes("notes")));
            assertEquals(100, ids(store).size());
        }
        assertEquals(1, number("SELECT count(*) FROM indexes"));
        assertEquals(100, number("SELECT count(*) FROM index_entries"));
    }

    @Test
    void salvage_storeWithIndexes_takesEntriesForNothingElse() {
        buildOnce();
        try (StoreSalvage salvage = StoreDoctor.salvage(file, StoreFixture.IDENTITY)) {
            assertEquals(PUTS, salvage.unsent().size());
            assertEquals(0, salvage.unsentLost());
        }
    }
}
