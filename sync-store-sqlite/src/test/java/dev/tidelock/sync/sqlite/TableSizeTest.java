package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableSizeTest {
    @TempDir
    Path folder;

    @Test
    void tables_areCountedAndMeasured() {
        try (SqliteStore store = SqliteStore.open(folder.resolve("store.db"))) {
            StoreFixture.identify(store);
            for (int i = 0; i < 3; i++) {
                store.write(tx -> {
                    StoreFixture.put(tx);
                    return true;
                });
            }
            TableSize events = store.tables().stream()
                    .filter(table -> table.name().equals("events"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(3, events.rows());
            assertTrue(events.bytes() == -1 || events.bytes() >= 4096, events::toString);
        }
    }
}
