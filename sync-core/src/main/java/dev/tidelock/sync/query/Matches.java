package dev.tidelock.sync.query;

import dev.tidelock.sync.internal.text.Words;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Full text: every word is in one of the members. See {@link Condition#matches}. */
public final class Matches implements Condition {
    /** How many different words are looked for at most. */
    public static final int WORDS_MAX = 64;

    /** How long the text is at most that they are taken from. */
    public static final int TEXT_CHARS_MAX = 10_000;

    private final String text;
    private final List<Path> paths;
    private final List<Word> words;

    /**
     * A word that is looked for.
     *
     * @param text as the words of texts are: lower case, without accents
     * @param isBeginning whether all words that begin like that are meant
     */
    public record Word(String text, boolean isBeginning) {
        /** Whether a word of a text is meant. */
        public boolean fits(String other) {
            return isBeginning ? other.startsWith(text) : other.equals(text);
        }
    }

    Matches(String text, List<Path> paths) {
        if (text.length() > TEXT_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a text of " + text.length() + " characters to match; up to " + TEXT_CHARS_MAX + " are accepted");
        }
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("no path to match at; name the members to look for the words in");
        }
        JsonValue.of(text); // refuses half of a surrogate pair, which no text has
        Parts.require(paths.size());
        this.text = text;
        this.paths = List.copyOf(paths);
        this.words = words(text);
        if (words.size() > WORDS_MAX) {
            throw new IllegalArgumentException(words.size() + " words to match; up to " + WORDS_MAX + " are accepted");
        }
    }

    private static List<Word> words(String text) {
        Set<Word> words = new LinkedHashSet<>();
        String[] upToStars = text.split("\\*", -1);
        for (int i = 0; i < upToStars.length; i++) {
            String piece = upToStars[i];
            boolean isStarred = i < upToStars.length - 1 && endsInWord(piece);
            List<String> ofPiece = new ArrayList<>();
            Words.forEach(piece, ofPiece::add);
            for (int at = 0; at < ofPiece.size(); at++) {
                words.add(new Word(ofPiece.get(at), isStarred && at == ofPiece.size() - 1));
            }
        }
        return List.copyOf(words);
    }

    private static boolean endsInWord(String piece) {
        if (piece.isEmpty()) {
            return false;
        }
        int last = piece.codePointBefore(piece.length());
        return Character.isLetterOrDigit(last) || Character.getType(last) == Character.NON_SPACING_MARK;
    }

    /** The members that are looked at. */
    public List<Path> paths() {
        return paths;
    }

    /** The words that have to be there, each in one of the members. */
    public List<Word> words() {
        return words;
    }

    @Override
    public boolean test(JsonValue record) {
        if (words.isEmpty()) {
            return false;
        }
        List<Word> missing = new ArrayList<>(words);
        for (Path path : paths) {
            Words.forEachIn(path.in(record), word -> {
                missing.removeIf(wanted -> wanted.fits(word));
                return !missing.isEmpty();
            });
        }
        return missing.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Matches that && words.equals(that.words) && paths.equals(that.paths);
    }

    @Override
    public int hashCode() {
        return words.hashCode();
    }

    @Override
    public String toString() {
        return paths + " matches " + JsonValue.of(text);
    }
}
