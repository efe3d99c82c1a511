package dev.tidelock.examples.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The workload of the figures and of the demo: notes as people write them, from a seed. The same count gives the same bytes, everywhere. A note has an id of 32
 * hexadecimal digits, a title, a body of about 180 characters from a vocabulary of 3,000 words, tags and a time: about 320 bytes of JSON.
 */
public final class Notes {
    /** One note; the JSON has the id, too. */
    public record Note(String id, String json) {}

    private static final long SEED = 20260101;
    private static final int WORDS = 3000;
    private static final int FIRST_TAG = 42;
    private static final int BODY_CHARACTERS_MIN = 170;
    private static final long FIRST_MILLIS = 1760000000000L;

    private static final String[] ONSETS =
            ("b c d f g h l m n p r s t w st tr pr ch sh th br gr pl sp ").split(" ", -1);
    private static final String[] NUCLEI = "a e i o u ea ou ai ee oo".split(" ");
    private static final String[] CODAS = " n r t s l m d nd st ng ck nt ry ly".split(" ", -1);
    private static final String[] FUNCTION_WORDS =
            ("the of and to in is that it for was on are with as they be at one have this from or had by but some what there"
                            + " we can out other were all your when up use how said an each she")
                    .split(" ");

    private Notes() {}

    /** SplitMix64: the same numbers on every platform. */
    private static final class Numbers {
        private long state;

        Numbers(long seed) {
            state = seed;
        }

        int below(int bound) {
            state += 0x9e3779b97f4a7c15L;
            long mixed = state;
            mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
            return (int) (((mixed ^ (mixed >>> 31)) >>> 33) % bound);
        }
    }

    /** The first so many notes. */
    public static List<Note> generate(int count) {
        List<Note> notes = new ArrayList<>(count);
        forEach(count, notes::add);
        return notes;
    }

    /** Shows the first so many notes, one after another. */
    public static void forEach(int count, Consumer<Note> visitor) {
        String[] vocabulary = vocabulary();
        Numbers numbers = new Numbers(SEED);
        for (int i = 0; i < count; i++) {
            visitor.accept(note(i, vocabulary, numbers));
        }
    }

    private static String[] vocabulary() {
        Numbers numbers = new Numbers(7);
        Set<String> seen = new HashSet<>(Arrays.asList(FUNCTION_WORDS));
        List<String> words = new ArrayList<>(Arrays.asList(FUNCTION_WORDS));
        while (words.size() < WORDS) {
            int syllables = 1 + numbers.below(3);
            StringBuilder word = new StringBuilder();
            for (int i = 0; i < syllables; i++) {
                word.append(ONSETS[numbers.below(ONSETS.length)]).append(NUCLEI[numbers.below(NUCLEI.length)]);
                if (i == syllables - 1) {
                    word.append(CODAS[numbers.below(CODAS.length)]);
                }
            }
            if (word.length() >= 3 && seen.add(word.toString())) {
                words.add(word.toString());
            }
        }
        return words.toArray(String[]::new);
    }

    private static Note note(int index, String[] vocabulary, Numbers numbers) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < 32; i++) {
            id.append("0123456789abcdef".charAt(numbers.below(16)));
        }
        StringBuilder title = new StringBuilder(word(numbers, vocabulary));
        for (int more = 2 + numbers.below(3); more > 0; more--) {
            title.append(' ').append(word(numbers, vocabulary));
        }
        StringBuilder body = new StringBuilder(word(numbers, vocabulary));
        while (body.length() < BODY_CHARACTERS_MIN) {
            body.append(numbers.below(9) == 0 ? ". " : " ").append(word(numbers, vocabulary));
        }
        StringBuilder tags = new StringBuilder();
        for (int i = 0, count = 1 + numbers.below(3); i < count; i++) {
            tags.append(i == 0 ? "\"" : ",\"")
                    .append(vocabulary[FIRST_TAG + numbers.below(40)])
                    .append('"');
        }
        long updatedAt = FIRST_MILLIS + index * 977L + numbers.below(900);
        return new Note(
                id.toString(),
                "{\"id\":\"" + id + "\",\"title\":\"" + title + "\",\"body\":\"" + body + "\",\"tags\":[" + tags
                        + "],\"updatedAt\":" + updatedAt + "}");
    }

    /** Frequent words are frequent: the square of an even number falls low more often. */
    private static String word(Numbers numbers, String[] vocabulary) {
        long even = numbers.below(1_000_000);
        long skewed = even * even / 1_000_000;
        return vocabulary[(int) (skewed * vocabulary.length / 1_000_000)];
    }
}
