package dev.tidelock.sync.internal.live;

import dev.tidelock.sync.internal.query.Visibility;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.function.Function;

/** What is observed: the records of a collection that a query finds, as {@code Collection.find} shows them. */
public final class Observed {
    private final Store store;
    private final String collection;
    private final Function<StoreReader, Visibility> visibility;
    private final Query query;

    /** @param visibility which records are seen, by what the reader says */
    public Observed(Store store, String collection, Function<StoreReader, Visibility> visibility, Query query) {
        this.store = store;
        this.collection = collection;
        this.visibility = visibility;
        this.query = query;
    }

    <T> T read(Function<StoreReader, T> work) {
        return store.read(work);
    }

    Visibility visibility(StoreReader reader) {
        return visibility.apply(reader);
    }

    String collection() {
        return collection;
    }

    /** What to ask the store: the same, but for an order that can be made of the records themselves. */
    Query asked() {
        boolean whole = query.offset() == 0 && query.limit() == Long.MAX_VALUE;
        return whole ? Query.matching(query.condition()).withIdPrefix(query.idPrefix()) : query;
    }

    Query query() {
        return query;
    }
}
