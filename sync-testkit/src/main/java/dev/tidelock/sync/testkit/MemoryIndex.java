package dev.tidelock.sync.testkit;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.KeyRange;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An index in memory: its entries in order, each a key with the id of a record. */
final class MemoryIndex {
    private final TreeMap<byte[], Entry> entries = new TreeMap<>(KeyRange::compare);
    private StoredIndex index;

    /** The id of the last record of which it has entries; null if all of them have. */
    private @Nullable String builtTo = "";

    /** A key, and the record that it leads to. */
    record Entry(byte[] key, String id) {
        private byte[] bytes() {
            byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
            byte[] bytes = Arrays.copyOf(key, key.length + idBytes.length);
            System.arraycopy(idBytes, 0, bytes, key.length, idBytes.length);
            return bytes;
        }
    }

    MemoryIndex(StoredIndex index) {
        this.index = index;
    }

    MemoryIndex copy() {
        MemoryIndex copy = new MemoryIndex(index);
        copy.builtTo = builtTo;
        copy.entries.putAll(entries);
        return copy;
    }

    StoredIndex index() {
        return index;
    }

    @Nullable
    String builtTo() {
        return builtTo;
    }

    void setBuiltTo(@Nullable String id) {
        builtTo = id;
        index = new StoredIndex(index.collection(), index.index(), id == null);
    }

    int size() {
        return entries.size();
    }

    List<Entry> first(int countMax) {
        List<Entry> first = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (first.size() < countMax) {
                first.add(entry);
            }
        }
        return first;
    }

    /** The entries of a range, as of now. */
    List<Entry> in(KeyRange range, boolean descending) {
        if (range.isEmpty()) {
            return List.of();
        }
        NavigableMap<byte[], Entry> part = entries.subMap(range.from(), true, range.to(), false);
        return new ArrayList<>((descending ? part.descendingMap() : part).values());
    }

    /** The entries of a record. */
    List<Entry> of(RecordKey key, @Nullable JsonValue value) {
        List<Entry> of = new ArrayList<>();
        if (value != null) {
            index.keysOf(value).forEach(bytes -> of.add(new Entry(bytes, key.id())));
        }
        return of;
    }

    /** @return whether it was not there */
    boolean add(Entry entry) {
        return entries.put(entry.bytes(), entry) == null;
    }

    /** @return whether it was there */
    boolean remove(Entry entry) {
        return entries.remove(entry.bytes()) != null;
    }
}
