package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.KeyRange;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredIndex;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the records of a store, their events and indexes, within the transaction that its session is in. */
abstract class SqliteRecordReader implements StoreReader {
    /** One page of {@link #records} or {@link #events}: what is held in memory between two visits. */
    private static final int PAGE_ROWS_MAX = 64;

    private static final int PAGE_BYTES_MAX = 256 << 10;

    private static final long LAST_ROW = Long.MAX_VALUE;

    private final Session session;
    private boolean ended;

    SqliteRecordReader(Session session) {
        this.session = session;
    }

    /** From now on every use is refused. */
    final void end() {
        ended = true;
    }

    final Session session() {
        if (ended) {
            throw new IllegalStateException("this transaction has ended; take what you need out of it before it does");
        }
        return session;
    }

    /** The one row of the table {@code store}. */
    record StoreRow(@Nullable StoreIdentity identity, long observedReading) {}

    StoreRow storeRow() {
        try (SqlRows rows = session().statement(Sql.STORE).query()) {
            return Rows.decode(() -> {
                if (!rows.next()) {
                    throw new IllegalArgumentException("no row says whose store it is");
                }
                byte[] space = rows.bytesAt(1);
                StoreIdentity identity =
                        space == null ? null : new StoreIdentity(SpaceId.of(space), DeviceId.of(Rows.bytes(rows, 3)));
                return new StoreRow(identity, rows.longAt(2));
            });
        }
    }

    @Override
    public @Nullable StoreIdentity identity() {
        return storeRow().identity();
    }

    @Override
    public long observedReading() {
        return storeRow().observedReading();
    }

    // Records

    @Override
    public RecordState record(RecordKey key) {
        Session session = session();
        long collection = session.ordinalOfCollection(key.collection());
        if (collection == 0) {
            return RecordState.ABSENT;
        }
        try (SqlRows rows = session.statement(Sql.RECORD)
                .bind(1, collection)
                .bind(2, key.id())
                .query()) {
            if (!rows.next()) {
                found(key, 0, false);
                return RecordState.ABSENT;
            }
            long number = rows.longAt(1);
            boolean conflicted = Rows.decode(() -> FoldColumn.isConflicted(Rows.bytes(rows, 2)));
            found(key, number, conflicted);
            List<Conflict> conflicts = conflicted ? conflictsOf(number, key) : List.of();
            return Rows.decode(() -> Rows.record(rows, conflicts));
        }
    }

    /** A record's number has been looked up: 0 if there is none. */
    void found(RecordKey key, long number, boolean conflicted) {}

    private List<Conflict> conflictsOf(long number, RecordKey key) {
        List<Conflict> conflicts = new ArrayList<>();
        try (SqlRows rows =
                session().statement(Sql.RECORD_CONFLICTS).bind(1, number).query()) {
            while (rows.next()) {
                conflicts.add(Rows.decode(() -> Rows.conflict(rows, key)));
            }
        }
        return conflicts;
    }

    @Override
    public void events(RecordKey key, EventState state, int valueBytesMax, Consumer<ListedEvent> visitor) {
        long number = numberOf(key);
        long after = 0; // before every row
        while (number != 0 && after != LAST_ROW) {
            List<ListedEvent> page = new ArrayList<>();
            after = readEvents(key, number, state, valueBytesMax, after, page);
            page.forEach(visitor);
        }
    }

    /**
     * Page by page, with no query open while the visitor runs.
     *
     * @return the row after which the next page begins, {@link #LAST_ROW} if there is none
     */
    private long readEvents(
            RecordKey key, long number, EventState state, int valueBytesMax, long after, List<ListedEvent> page) {
        Session session = session();
        int bytes = 0;
        try (SqlRows rows = session.statement(Sql.EVENTS_OF_RECORD)
                .bind(1, number)
                .bind(2, Codes.of(state))
                .bind(3, after)
                .bind(4, valueBytesMax)
                .bind(5, PAGE_ROWS_MAX)
                .query()) {
            while (rows.next()) {
                long row = rows.longAt(1);
                byte[] head = Rows.decode(() -> Rows.bytes(rows, 2));
                byte[] value = rows.bytesAt(3);
                page.add(Rows.decode(() -> Rows.listedEvent(row, head, value, key, session)));
                bytes += head.length + (value == null ? 0 : value.length);
                if (page.size() == PAGE_ROWS_MAX || bytes > PAGE_BYTES_MAX) {
                    return row;
                }
            }
        }
        return LAST_ROW;
    }

    private long numberOf(RecordKey key) {
        Session session = session();
        long collection = session.ordinalOfCollection(key.collection());
        return collection == 0
                ? 0
                : session.queryLong(
                        session.statement(Sql.RECORD_NUMBER).bind(1, collection).bind(2, key.id()));
    }

    @Override
    public long recordCount() {
        return session().queryLong(session().statement(Sql.RECORD_COUNT));
    }

    @Override
    public void records(@Nullable String collection, RecordVisitor visitor) {
        if (collection != null) {
            long ordinal = session().ordinalOfCollection(collection);
            if (ordinal != 0) {
                recordsOf(ordinal, collection, visitor);
            }
            return;
        }
        List<String> names = new ArrayList<>();
        List<Long> ordinals = new ArrayList<>();
        try (SqlRows rows = session().statement(Sql.COLLECTIONS).query()) {
            while (rows.next()) {
                ordinals.add(rows.longAt(1));
                names.add(Rows.decode(() -> Rows.text(rows, 2)));
            }
        }
        for (int i = 0; i < names.size(); i++) {
            recordsOf(ordinals.get(i), names.get(i), visitor);
        }
    }

    private void recordsOf(long ordinal, String collection, RecordVisitor visitor) {
        recordsOf(ordinal, collection, "", (key, value) -> {
            visitor.visit(key, value);
            return true;
        });
    }

    @Override
    public void records(String collection, String idPrefix, FoundVisitor visitor) {
        long ordinal = session().ordinalOfCollection(collection);
        if (ordinal != 0) {
            recordsOf(
                    ordinal,
                    collection,
                    idPrefix,
                    (key, value) -> key.id().startsWith(idPrefix) && visitor.visit(key, value));
        }
    }

    /** Page by page, with no query open while the visitor runs: it may be slow, and it may read. */
    private void recordsOf(long ordinal, String collection, String from, FoundVisitor visitor) {
        List<RecordKey> keys = new ArrayList<>(PAGE_ROWS_MAX);
        List<JsonValue> values = new ArrayList<>(PAGE_ROWS_MAX);
        Sql page = Sql.RECORDS_FROM;
        String at = from;
        boolean more = true;
        while (more) {
            keys.clear();
            values.clear();
            more = readPage(page, ordinal, collection, at, keys, values);
            for (int i = 0; i < keys.size(); i++) {
                if (!visitor.visit(keys.get(i), values.get(i))) {
                    return;
                }
            }
            if (more) {
                page = Sql.RECORDS_PAGE;
                at = keys.get(keys.size() - 1).id();
            }
        }
    }

    private boolean readPage(
            Sql page, long ordinal, String collection, String at, List<RecordKey> keys, List<JsonValue> values) {
        int bytes = 0;
        try (SqlRows rows = session()
                .statement(page)
                .bind(1, ordinal)
                .bind(2, at)
                .bind(3, PAGE_ROWS_MAX)
                .query()) {
            while (rows.next()) {
                byte[] value = Rows.decode(() -> Rows.bytes(rows, 2));
                keys.add(Rows.decode(() -> new RecordKey(collection, Rows.text(rows, 1))));
                values.add(Rows.decode(() -> JsonValue.parse(value)));
                bytes += value.length;
                if (bytes > PAGE_BYTES_MAX) {
                    return true;
                }
            }
        }
        return keys.size() == PAGE_ROWS_MAX;
    }

    // Indexes

    @Override
    public List<StoredIndex> indexes(String collection) {
        List<StoredIndex> indexes = new ArrayList<>();
        for (IndexRows.Kept kept : keptIndexes(collection)) {
            if (kept.stored() != null) {
                indexes.add(kept.stored());
            }
        }
        return indexes;
    }

    /** What is kept of a collection. */
    List<IndexRows.Kept> keptIndexes(String collection) {
        Session session = session();
        long ordinal = session.ordinalOfCollection(collection);
        List<IndexRows.Kept> kept = ordinal == 0 ? new ArrayList<>() : IndexRows.all(session);
        kept.removeIf(index -> index.collection() != ordinal);
        return kept;
    }

    @Override
    public void entries(String collection, Index index, KeyRange range, boolean descending, EntryVisitor visitor) {
        for (IndexRows.Kept kept : keptIndexes(collection)) {
            if (kept.is(index)) {
                IndexRows.visit(session(), kept.ordinal(), range, descending, visitor);
                return;
            }
        }
    }

    @Override
    public List<String> recordIds(String collection, String after, int countMax) {
        List<String> ids = new ArrayList<>();
        long ordinal = session().ordinalOfCollection(collection);
        if (ordinal != 0) {
            try (SqlRows rows = session()
                    .statement(Sql.RECORD_IDS)
                    .bind(1, ordinal)
                    .bind(2, after)
                    .bind(3, countMax)
                    .query()) {
                while (rows.next()) {
                    ids.add(Rows.decode(() -> Rows.text(rows, 1)));
                }
            }
        }
        return ids;
    }

    @Override
    public List<String> collections() {
        List<String> names = new ArrayList<>();
        try (SqlRows rows = session().statement(Sql.COLLECTIONS_WITH_A_VALUE).query()) {
            while (rows.next()) {
                names.add(Rows.decode(() -> Rows.text(rows, 1)));
            }
        }
        return names;
    }

    @Override
    public List<Conflict> conflicts() {
        Session session = session();
        List<Conflict> conflicts = new ArrayList<>();
        try (SqlRows rows = session.statement(Sql.CONFLICTS).query()) {
            while (rows.next()) {
                conflicts.add(Rows.decode(() -> {
                    RecordKey key = new RecordKey(session.collectionOf(rows.longAt(9)), Rows.text(rows, 10));
                    return Rows.conflict(rows, key);
                }));
            }
        }
        return conflicts;
    }

    @Override
    public long conflictCount() {
        return session().queryLong(session().statement(Sql.CONFLICT_COUNT));
    }

    @Override
    public long conflictCountSince(long readingMin) {
        return session().queryLong(session().statement(Sql.CONFLICT_COUNT_SINCE).bind(1, readingMin));
    }
}
