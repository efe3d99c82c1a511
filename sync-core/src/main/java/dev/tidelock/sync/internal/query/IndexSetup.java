package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a store keep the indexes that an app declares. In many transactions of a second or so, so that others can write in between; whenever the process ends, the next one goes on. See
 * docs/adr/0011-indexes.md.
 */
public final class IndexSetup {
    /** How many records one transaction goes over. */
    private static final int STEP_RECORDS_MAX = 20_000;

    /** How many entries one transaction takes away. */
    private static final int STEP_ENTRIES_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(IndexSetup.class);

    private IndexSetup() {}

    /**
     * Builds what is declared and not there, and takes away what else is there of these collections. If the store fails, queries go on without the index.
     *
     * @param declared by collection, all indexes that it shall have; other collections keep what they have
     */
    public static void run(Store store, Map<String, List<Index>> declared) {
        try {
            declared.forEach((collection, indexes) -> setUp(store, collection, indexes));
        } catch (StoreException failed) {
            LOG.warn("an index could not be built, and queries do without it until the next opening", failed);
        }
    }

    private static void setUp(Store store, String collection, List<Index> declared) {
        List<StoredIndex> kept = store.read(reader -> reader.indexes(collection));
        for (StoredIndex stored : kept) {
            boolean gone = declared.contains(stored.index());
            while (!gone) {
                gone = store.write(tx -> tx.removeIndex(collection, stored.index(), STEP_ENTRIES_MAX));
            }
        }
        for (Index index : declared) {
            boolean ready = kept.contains(new StoredIndex(collection, index, true));
            if (!ready) {
                store.write(tx -> {
                    tx.addIndex(collection, index);
                    return collection;
                });
            }
            while (!ready) {
                ready = store.write(tx -> tx.buildIndex(collection, index, STEP_RECORDS_MAX));
            }
        }
    }
}
