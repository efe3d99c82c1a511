package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.KeyRange;
import dev.tidelock.sync.spi.store.StoreReader.EntryVisitor;
import dev.tidelock.sync.spi.store.StoredIndex;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The indexes and their entries. An entry is one blob: the key, then the record's id in UTF-8. No key begins another one, so the entries are in the order of the keys, and those of one key in the
 * order of the ids.
 */
final class IndexRows {
    /** One page of entries: what is held in memory between two visits. */
    private static final int PAGE_ROWS_MAX = 64;

    private static final int PAGE_BYTES_MAX = 256 << 10;

    private static final byte[] NO_BYTES = {};

    private IndexRows() {}

    /**
     * An index that is kept.
     *
     * @param collection the ordinal of its collection
     * @param stored null if this version of the library does not know what it keeps
     * @param builtTo the id of the last record of which it has entries, empty at first; null if all of them have
     */
    record Kept(
            long ordinal,
            long collection,
            @Nullable StoredIndex stored,
            @Nullable String builtTo) {
        boolean is(Index index) {
            return stored != null && stored.index().equals(index);
        }
    }

    /** Every index of every collection, in the order in which they were added. */
    static List<Kept> all(Session session) {
        List<Kept> all = new ArrayList<>();
        try (SqlRows rows = session.statement(Sql.INDEXES).query()) {
            while (rows.next()) {
                long ordinal = rows.longAt(1);
                long collection = rows.longAt(2);
                String name = Rows.decode(() -> Rows.text(rows, 5));
                String builtTo = rows.textAt(4);
                Index index = Index.ofDefinition(Rows.decode(() -> Rows.text(rows, 3)));
                StoredIndex stored = index == null ? null : new StoredIndex(name, index, builtTo == null);
                all.add(new Kept(ordinal, collection, stored, builtTo));
            }
        }
        return all;
    }

    static byte[] entry(byte[] key, byte[] id) {
        byte[] entry = Arrays.copyOf(key, key.length + id.length);
        System.arraycopy(id, 0, entry, key.length, id.length);
        return entry;
    }

    /** What a page holds of an entry. */
    private record Entry(byte[] bytes, String id, JsonValue value) {
        byte[] key() {
            return Arrays.copyOf(bytes, bytes.length - id.getBytes(StandardCharsets.UTF_8).length);
        }
    }

    /** Page by page, with no query open while the visitor runs: it may be slow, and it may read. */
    static void visit(Session session, long index, KeyRange range, boolean descending, EntryVisitor visitor) {
        byte[] from = range.from();
        byte[] to = range.to();
        List<Entry> page = new ArrayList<>();
        boolean more = true;
        while (more) {
            page.clear();
            more = read(session, index, from, to, descending, page);
            for (Entry entry : page) {
                if (!visitor.visit(entry.key(), entry.id(), entry.value())) {
                    return;
                }
            }
            byte[] last = page.isEmpty() ? NO_BYTES : page.get(page.size() - 1).bytes();
            if (descending) {
                to = last;
            } else {
                from = Arrays.copyOf(last, last.length + 1); // with a zero more: the very next one
            }
        }
    }

    private static boolean read(
            Session session, long index, byte[] from, byte[] to, boolean descending, List<Entry> page) {
        int bytes = 0;
        try (SqlRows rows = session.statement(descending ? Sql.ENTRIES_DESCENDING : Sql.ENTRIES)
                .bind(1, index)
                .bind(2, from)
                .bind(3, to)
                .bind(4, PAGE_ROWS_MAX)
                .query()) {
            while (rows.next()) {
                byte[] value = Rows.decode(() -> Rows.bytes(rows, 3));
                page.add(Rows.decode(() -> new Entry(Rows.bytes(rows, 1), Rows.text(rows, 2), JsonValue.parse(value))));
                bytes += value.length;
                if (bytes > PAGE_BYTES_MAX) {
                    return true;
                }
            }
        }
        return page.size() == PAGE_ROWS_MAX;
    }
}
