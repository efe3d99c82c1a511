package dev.tidelock.sync.internal.keys;

import dev.tidelock.sync.internal.text.Words;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.query.Path;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Under which keys a record is found in an index. */
public final class IndexKeys {
    /** A record with more different words is found under one key only, {@link #MANY_WORDS}, whatever is looked for. */
    public static final int WORDS_MAX = 10_000;

    private static final int MANY_WORDS = 0xff; // begins no UTF-8

    private IndexKeys() {}

    /** The keys of a value, none twice. */
    public static List<byte[]> of(Index index, JsonValue value) {
        if (index.isFullText()) {
            return words(index, value);
        }
        KeyWriter key = new KeyWriter();
        for (Path path : index.paths()) {
            key.value(path.in(value));
        }
        return List.of(key.toByteArray());
    }

    private static List<byte[]> words(Index index, JsonValue value) {
        Set<String> words = new LinkedHashSet<>();
        boolean all = true;
        for (Path path : index.paths()) {
            all = all
                    && Words.forEachIn(path.in(value), word -> {
                        words.add(word);
                        return words.size() <= WORDS_MAX;
                    });
        }
        if (!all) {
            return List.of(manyWords());
        }
        List<byte[]> keys = new ArrayList<>(words.size());
        words.forEach(word -> keys.add(word(word)));
        return keys;
    }

    /** The key of a word. */
    public static byte[] word(String word) {
        byte[] text = beginningOfWord(word);
        return Arrays.copyOf(text, text.length + 1); // ends in a zero, so no word's key begins another's
    }

    /** What the keys of all words that begin like that begin with. */
    public static byte[] beginningOfWord(String word) {
        return word.getBytes(StandardCharsets.UTF_8);
    }

    /** The key of records with too many words. */
    public static byte[] manyWords() {
        return new byte[] {(byte) MANY_WORDS};
    }
}
