package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.KeyRange;
import dev.tidelock.sync.spi.store.StoredIndex;
import dev.tidelock.sync.sqlite.IndexRows.Kept;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Changes indexes and their entries, within the writer's transaction. Every index that the database names is kept up, whether this process has asked for it or not; so another one that uses
 * it never misses anything.
 */
final class IndexWriter {
    private static final int PAGE_ROWS_MAX = 64;
    private static final int PAGE_BYTES_MAX = 256 << 10;

    /** About how much memory the entries of one step of building need. */
    private static final int STEP_BYTES_MAX = 8 << 20;

    /** About what an entry needs in memory beside its bytes. */
    private static final int MADE_BYTES = 64;

    private final Session session;
    private final WriterCache cache;

    IndexWriter(Session session, WriterCache cache) {
        this.session = session;
        this.cache = cache;
    }

    /** The indexes of a collection, by its ordinal. */
    List<Kept> of(long collection) {
        session.setUsed(true);
        Map<Long, List<Kept>> known = cache.indexes;
        if (known == null) {
            known = read();
            cache.indexes = known;
        }
        return known.getOrDefault(collection, Collections.emptyList());
    }

    private Map<Long, List<Kept>> read() {
        Map<Long, List<Kept>> read = new HashMap<>();
        for (Kept kept : IndexRows.all(session)) {
            if (kept.stored() == null) {
                removeUnknown(kept);
            } else {
                read.computeIfAbsent(kept.collection(), ordinal -> new ArrayList<>())
                        .add(kept);
            }
        }
        return read;
    }

    /** A newer version of the library has made it. Nobody here can keep it up, and it must not be found out of date. */
    private void removeUnknown(Kept kept) {
        change(Sql.REMOVE_ALL_ENTRIES).bind(1, kept.ordinal()).update();
        change(Sql.REMOVE_INDEX).bind(1, kept.ordinal()).update();
    }

    private SqlDatabase.SqlStatement change(Sql sql) {
        return session.statement(sql);
    }

    private @Nullable Kept find(long collection, Index index) {
        for (Kept kept : of(collection)) {
            if (kept.is(index)) {
                return kept;
            }
        }
        return null;
    }

    void add(long collection, Index index) {
        Kept kept = find(collection, index);
        if (kept == null) {
            change(Sql.ADD_INDEX)
                    .bind(1, collection)
                    .bind(2, index.definition())
                    .update();
            cache.indexes = null;
        }
    }

    /** The value of a record changes; null stands for none. */
    void change(List<Kept> indexes, long record, String id, @Nullable JsonValue before, @Nullable JsonValue after) {
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        for (Kept kept : indexes) {
            Set<byte[]> gone = entries(kept, name, before);
            for (byte[] entry : entries(kept, name, after)) {
                if (!gone.remove(entry)) {
                    addEntry(kept, entry, record);
                }
            }
            for (byte[] entry : gone) {
                change(Sql.REMOVE_ENTRY).bind(1, kept.ordinal()).bind(2, entry).update();
            }
        }
    }

    private void addEntry(Kept kept, byte[] entry, long record) {
        change(Sql.ADD_ENTRY)
                .bind(1, kept.ordinal())
                .bind(2, entry)
                .bind(3, record)
                .update();
    }

    private static Set<byte[]> entries(Kept kept, byte[] name, @Nullable JsonValue value) {
        Set<byte[]> entries = new TreeSet<>(KeyRange::compare);
        StoredIndex stored = kept.stored();
        if (value != null && stored != null) {
            stored.keysOf(value).forEach(key -> entries.add(IndexRows.entry(key, name)));
        }
        return entries;
    }

    boolean build(long collection, Index index, int recordsMax) {
        Kept kept = find(collection, index);
        if (kept == null || kept.builtTo() == null) {
            return true;
        }
        String builtTo = kept.builtTo();
        List<Made> made = new ArrayList<>();
        int left = recordsMax;
        long bytes = 0;
        while (left > 0 && bytes < STEP_BYTES_MAX && builtTo != null) {
            List<Built> page = readPage(collection, builtTo, Math.min(left, PAGE_ROWS_MAX));
            for (Built record : page) {
                byte[] name = record.id().getBytes(StandardCharsets.UTF_8);
                for (byte[] entry : entries(kept, name, record.value())) {
                    made.add(new Made(entry, record.number()));
                    bytes += entry.length + MADE_BYTES;
                }
            }
            left -= page.size();
            builtTo = page.isEmpty() ? null : page.get(page.size() - 1).id();
        }
        // In order, each page of the tree is changed once, and not once for each entry.
        made.sort((one, other) -> KeyRange.compare(one.entry(), other.entry()));
        made.forEach(entry -> addEntry(kept, entry.entry(), entry.record()));
        setBuiltTo(kept, builtTo);
        return builtTo == null;
    }

    /** An entry to be added. */
    private record Made(byte[] entry, long record) {}

    /** A record whose entries are made. */
    private record Built(long number, String id, JsonValue value) {}

    private List<Built> readPage(long collection, String after, int countMax) {
        List<Built> page = new ArrayList<>();
        int bytes = 0;
        try (SqlRows rows = session.statement(Sql.RECORDS_TO_INDEX)
                .bind(1, collection)
                .bind(2, after)
                .bind(3, countMax)
                .query()) {
            while (rows.next() && bytes <= PAGE_BYTES_MAX) {
                byte[] value = Rows.decode(() -> Rows.bytes(rows, 3));
                page.add(Rows.decode(() -> new Built(rows.longAt(1), Rows.text(rows, 2), JsonValue.parse(value))));
                bytes += value.length;
            }
        }
        return page;
    }

    private void setBuiltTo(Kept kept, @Nullable String builtTo) {
        change(Sql.SET_INDEX_BUILT).bind(1, builtTo).bind(2, kept.ordinal()).update();
        cache.indexes = null;
    }

    boolean remove(long collection, Index index, int entriesMax) {
        Kept kept = find(collection, index);
        if (kept == null) {
            return true;
        }
        change(Sql.REMOVE_ENTRIES)
                .bind(1, kept.ordinal())
                .bind(2, Math.max(0, entriesMax - 1))
                .update();
        boolean gone = session.queryLong(session.statement(Sql.HAS_ENTRIES).bind(1, kept.ordinal())) == 0;
        if (gone) {
            change(Sql.REMOVE_INDEX).bind(1, kept.ordinal()).update();
            cache.indexes = null;
        } else {
            setBuiltTo(kept, "");
        }
        return gone;
    }
}
