package dev.tidelock.examples.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Looks whether a device's store holds exactly what the scripts say: nothing lost, nothing twice, no transaction by halves. */
final class Checker {
    private final Model model;
    private final int own;
    private final List<Progress> progress;

    /**
     * @param own which of the devices the store belongs to
     * @param progress of all devices that write, in the order of their scripts
     */
    Checker(long seed, int own, List<Progress> progress) {
        this.model = new Model(seed, progress.size());
        this.own = own;
        this.progress = progress;
    }

    Model model() {
        return model;
    }

    /** After the process that had the store open was killed: of the call under way, everything is there or nothing. */
    void requireIntact(Path database, String when) {
        try (SqliteStore store = SqliteStore.open(database)) {
            requireAcknowledged(store, when);
            if (!model.isShown(shownBy(store))) {
                model.advance(own, progress.get(own).operations() + 1L);
                model.requireShown(shownBy(store), when);
                progress.get(own).wrote(ownCounter(store));
            }
        }
    }

    /** While nobody writes. */
    void requireExact(Store store, String when) {
        requireAcknowledged(store, when);
        model.requireShown(shownBy(store), when);
    }

    private void requireAcknowledged(Store store, String when) {
        long acknowledged = progress.get(own).lastCounter();
        long there = ownCounter(store);
        assertTrue(there >= acknowledged, "of " + acknowledged + " events, " + there + " are there, " + when);
        assertEquals(0, store.read(StoreReader::quarantineCount), "items are in quarantine, " + when);
        for (int author = 0; author < progress.size(); author++) {
            Progress written = progress.get(author);
            EnvelopeChain chain = store.read(reader -> reader.chain(written.device()));
            long known = chain == null ? 0 : chain.lastCounter();
            model.advance(author, author == own ? written.operations() : written.operationsAt(known));
        }
    }

    private static long ownCounter(Store store) {
        return store.read(reader -> reader.ownHead().counter());
    }

    private static Model.Shown shownBy(Store store) {
        return (collection, visitor) -> store.read(reader -> {
            reader.records(collection, (key, value) -> visitor.accept(key.id(), value));
            return true;
        });
    }

    /** Lets SQLite look at every page. Nobody may have the store open. */
    static void requireSound(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
            assertTrue(rows.next());
            assertEquals("ok", rows.getString(1));
        }
    }
}
