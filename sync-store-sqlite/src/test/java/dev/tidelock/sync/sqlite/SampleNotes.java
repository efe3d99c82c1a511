package dev.tidelock.sync.sqlite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The notes that the figures are taken on: the same seed gives the same bytes, 287 to 362 of JSON each. */
final class SampleNotes {
    record Note(String id, String json) {}

    private static final String[] ONSETS = "b c d f g h l m n p r s t w st tr pr ch sh th br gr pl sp ".split(" ", -1);
    private static final String[] NUCLEI = "a e i o u ea ou ai ee oo".split(" ");
    private static final String[] CODAS = " n r t s l m d nd st ng ck nt ry ly".split(" ", -1);
    private static final String[] COMMON =
            ("the of and to in is that it for was on are with as they be at one have this from or had by but some what"
                            + " there we can out other were all your when up use how said an each she")
                    .split(" ");

    private SampleNotes() {}

    private static final class SplitMix {
        private long state;

        SplitMix(long seed) {
            state = seed;
        }

        int next(int bound) {
            state += 0x9e3779b97f4a7c15L;
            long z = state;
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return (int) (((z ^ (z >>> 31)) >>> 33) % bound);
        }

        String pick(String[] choices) {
            return choices[next(choices.length)];
        }
    }

    private static String[] vocabulary() {
        SplitMix random = new SplitMix(7);
        Set<String> seen = new HashSet<>(List.of(COMMON));
        List<String> words = new ArrayList<>(List.of(COMMON));
        while (words.size() < 3000) {
            int syllables = 1 + random.next(3);
            StringBuilder word = new StringBuilder();
            for (int i = 0; i < syllables; i++) {
                word.append(random.pick(ONSETS)).append(random.pick(NUCLEI));
                if (i == syllables - 1) {
                    word.append(random.pick(CODAS));
                }
            }
            if (word.length() >= 3 && seen.add(word.toString())) {
                words.add(word.toString());
            }
        }
        return words.toArray(new String[0]);
    }

    private static String word(SplitMix random, String[] vocabulary) {
        long uniform = random.next(1_000_000);
        long skewed = uniform * uniform / 1_000_000;
        return vocabulary[(int) (skewed * vocabulary.length / 1_000_000)];
    }

    static List<Note> generate(int count) {
        String[] vocabulary = vocabulary();
        SplitMix random = new SplitMix(20260101);
        List<Note> notes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            StringBuilder id = new StringBuilder();
            for (int j = 0; j < 32; j++) {
                id.append("0123456789abcdef".charAt(random.next(16)));
            }
            StringBuilder title = new StringBuilder(word(random, vocabulary));
            for (int j = 0, n = 2 + random.next(3); j < n; j++) {
                title.append(' ').append(word(random, vocabulary));
            }
            StringBuilder body = new StringBuilder(word(random, vocabulary));
            while (body.length() < 170) {
                body.append(random.next(9) == 0 ? ". " : " ").append(word(random, vocabulary));
            }
            StringBuilder tags = new StringBuilder();
            for (int j = 0, n = 1 + random.next(3); j < n; j++) {
                tags.append(j == 0 ? "\"" : ",\"")
                        .append(vocabulary[42 + random.next(40)])
                        .append('"');
            }
            long at = 1760000000000L + i * 977L + random.next(900);
            notes.add(new Note(
                    id.toString(),
                    "{\"id\":\"" + id + "\",\"title\":\"" + title + "\",\"body\":\"" + body + "\",\"tags\":[" + tags
                            + "],\"updatedAt\":" + at + "}"));
        }
        return notes;
    }
}
