package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.List;

/** Goes over the records by their ids. */
final class ScanAccess implements Access {
    private static final int MERIT_OF_PREFIX = 60;
    private static final int MERIT_OF_ORDER = 5;

    private final Query query;
    private final String collection;

    ScanAccess(Query query, String collection) {
        this.query = query;
        this.collection = collection;
    }

    @Override
    public void visit(StoreReader reader, Sink sink) {
        reader.records(collection, query.idPrefix(), (key, value) -> sink.accept(key.id(), value));
    }

    @Override
    public boolean isInOrder() {
        return query.orders().isEmpty();
    }

    @Override
    public int merit() {
        return (query.idPrefix().isEmpty() ? 0 : MERIT_OF_PREFIX) + (isInOrder() ? MERIT_OF_ORDER : 0);
    }

    @Override
    public List<String> explain() {
        return List.of(
                query.idPrefix().isEmpty()
                        ? "scan: every record of the collection"
                        : "scan: the records whose id begins with '" + query.idPrefix() + "'");
    }
}
