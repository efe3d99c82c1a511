package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.testkit.StoreQueriesContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreQueriesContractTest extends StoreQueriesContract {
    @TempDir
    Path folder;

    @Override
    protected Store create() {
        return SqliteStore.open(folder.resolve("store.db"));
    }
}
