package dev.tidelock.sync.model;

import dev.tidelock.sync.json.CodePoints;
import java.util.Objects;

/**
 * Names a record: its id, and the collection it belongs to. Both are free text of 1 to {@value #COLLECTION_BYTES_MAX} and
 * {@value #ID_BYTES_MAX} bytes of UTF-8. Neither leaves the device unsealed.
 */
public record RecordKey(String collection, String id) implements Comparable<RecordKey> {
    /** The longest name of a collection, in bytes of UTF-8. */
    public static final int COLLECTION_BYTES_MAX = 200;

    /** The longest id of a record, in bytes of UTF-8. */
    public static final int ID_BYTES_MAX = 1000;

    /** Where the engine keeps what it tells other devices: a collection without a name, that no app can write to. */
    private static final String CONTROL = "";

    public RecordKey {
        if (!collection.equals(CONTROL)) {
            requireName(collection, "a collection name", COLLECTION_BYTES_MAX);
        }
        requireName(id, "a record id", ID_BYTES_MAX);
    }

    /** A record of the engine's own. Whatever is written to it has no value, and no app sees it. */
    public static RecordKey control(String id) {
        return new RecordKey(CONTROL, id);
    }

    /** Whether this is one of the engine's own records, that no app sees. */
    public boolean isControl() {
        return collection.equals(CONTROL);
    }

    /** @throws IllegalArgumentException if {@code collection} cannot name one */
    public static String requireCollection(String collection) {
        return requireName(collection, "a collection name", COLLECTION_BYTES_MAX);
    }

    /** Whether a text can be a record's id. */
    public static boolean isId(String text) {
        int bytes = Utf8.length(text);
        return bytes >= 1 && bytes <= ID_BYTES_MAX && Utf8.isWellFormed(text);
    }

    private static String requireName(String name, String what, int bytesMax) {
        Objects.requireNonNull(name, what);
        int bytes = Utf8.length(name);
        if (bytes < 1 || bytes > bytesMax) {
            throw new IllegalArgumentException(what + " of " + bytes + " bytes; 1 to " + bytesMax + " are accepted");
        }
        if (!Utf8.isWellFormed(name)) {
            throw new IllegalArgumentException(
                    what + " with half of a surrogate pair; well-formed Unicode is accepted");
        }
        return name;
    }

    /** By collection, then by id, each in the order of its UTF-8 bytes. */
    @Override
    public int compareTo(RecordKey other) {
        int order = CodePoints.compare(collection, other.collection);
        return order != 0 ? order : CodePoints.compare(id, other.id);
    }
}
