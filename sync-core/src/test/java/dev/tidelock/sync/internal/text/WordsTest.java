package dev.tidelock.sync.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Words.forEach(text, words::add);
        return words;
    }

    @Test
    void words_areRunsOfLettersAndDigits() {
        assertEquals(List.of("don", "t", "panic", "42", "a1"), words("Don't panic: 42, a1!"));
        assertEquals(List.of(), words(" -- \n"));
    }

    @Test
    void words_caseAccentsAndForms_doNotMatter() {
        assertEquals(words("fee cafe"), words("Ｆｅｅ CAFÉ"));
        assertEquals(words("cafe\u0301"), words("café"));
        assertEquals(words("οδος"), words("ΟΔΟΣ"));
        assertEquals(words("ﬁn"), words("fin"));
        assertEquals(words("i"), words("İ"));
    }

    @Test
    void words_scriptWithoutSpaces_isLetterByLetter() {
        assertEquals(List.of("東", "京", "tower", "タ", "ワ"), words("東京Towerタワ"));
    }

    @Test
    void words_veryLong_areCut() {
        assertEquals("x".repeat(Words.WORD_CHARS_MAX), words("x".repeat(1000)).get(0));
    }

    @Test
    void forEach_visitorHasEnough_stops() {
        List<String> seen = new ArrayList<>();
        assertFalse(Words.forEach("one two three", word -> {
            seen.add(word);
            return seen.size() < 2;
        }));
        assertEquals(List.of("one", "two"), seen);
    }
}
