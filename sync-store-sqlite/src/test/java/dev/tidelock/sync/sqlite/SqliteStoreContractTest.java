package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.testkit.StoreContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs twice: on the SQLite of the newest driver, and on that of the oldest supported Android. */
class SqliteStoreContractTest extends StoreContract {
    @TempDir
    Path folder;

    @Override
    protected Store create() {
        return SqliteStore.open(folder.resolve("store.db"));
    }

    @Override
    protected Store openBeside(Store open) {
        return SqliteStore.open(folder.resolve("store.db"));
    }

    @Override
    protected Store reopen(Store closed) {
        return SqliteStore.open(folder.resolve("store.db"));
    }

    @Test
    void sqlite_isOfTheVersionThatIsAskedFor() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
                ResultSet rows = connection.createStatement().executeQuery("SELECT sqlite_version()")) {
            String wanted = System.getProperty("tidelock.sqlite", "3.");
            assertTrue(rows.next() && rows.getString(1).startsWith(wanted), "SQLite " + rows.getString(1));
        }
    }
}
