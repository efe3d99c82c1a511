package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.internal.keys.IndexKeys;
import dev.tidelock.sync.internal.text.Words;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Matches;
import dev.tidelock.sync.query.Path;
import dev.tidelock.sync.spi.store.KeyRange;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes over the records that have one of the words that are looked for: the longest, as it is likely to be the rarest. */
final class TextAccess implements Access {
    private static final int MERIT = 90;

    private final StoredIndex index;
    private final Matches matches;
    private final Matches.Word word;

    private TextAccess(StoredIndex index, Matches matches, Matches.Word word) {
        this.index = index;
        this.matches = matches;
        this.word = word;
    }

    /** The way through an index of words; null if it is of no use. */
    static @Nullable TextAccess of(StoredIndex index, List<Condition> parts) {
        for (Condition part : parts) {
            if (part instanceof Matches matches && index.index().paths().containsAll(matches.paths())) {
                Matches.Word word = longest(matches.words());
                return word == null ? null : new TextAccess(index, matches, word);
            }
        }
        return null;
    }

    private static Matches.@Nullable Word longest(List<Matches.Word> words) {
        Matches.Word longest = null;
        for (Matches.Word word : words) {
            if (longest == null || weight(word) > weight(longest)) {
                longest = word;
            }
        }
        return longest;
    }

    private static int weight(Matches.Word word) {
        return 2 * word.text().length() + (word.isBeginning() ? 0 : 1);
    }

    @Override
    public void visit(StoreReader reader, Sink sink) {
        byte[] key = word.isBeginning() ? IndexKeys.beginningOfWord(word.text()) : IndexKeys.word(word.text());
        boolean[] more = {true};
        StoreReader.EntryVisitor visitor = (found, id, value) -> {
            more[0] = !isFirst(found, value) || sink.accept(id, value);
            return more[0];
        };
        reader.entries(index.collection(), index.index(), KeyRange.beginningWith(key), false, visitor);
        if (more[0]) {
            KeyRange many = KeyRange.beginningWith(IndexKeys.manyWords());
            reader.entries(index.collection(), index.index(), many, false, visitor);
        }
    }

    /** A record with several words that begin alike is a candidate once: under the lowest of their keys. */
    private boolean isFirst(byte[] found, JsonValue value) {
        if (Arrays.equals(found, IndexKeys.manyWords())) {
            return true;
        }
        byte[][] first = new byte[1][];
        for (Path path : index.index().paths()) {
            Words.forEachIn(path.in(value), other -> {
                if (word.fits(other)) {
                    byte[] key = IndexKeys.word(other);
                    first[0] = first[0] == null || KeyRange.compare(key, first[0]) < 0 ? key : first[0];
                }
                return true;
            });
        }
        return Arrays.equals(found, first[0]);
    }

    @Override
    public boolean isInOrder() {
        return false;
    }

    @Override
    public int merit() {
        return MERIT;
    }

    @Override
    public List<String> explain() {
        return List.of(
                index.index() + ": the word '" + word.text() + (word.isBeginning() ? "*" : "") + "' of " + matches);
    }
}
