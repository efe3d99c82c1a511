package dev.tidelock.sync.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final String[] PARTS = {"", "a", "\u00e4", "\u20ac", "\ud83d\ude00", "\ud83d", "\ude00", "\u0000"};

    @Test
    void everyCombination_isAsTheEncoderSays() {
        for (String one : PARTS) {
            for (String two : PARTS) {
                for (String three : PARTS) {
                    String text = one + two + three;
                    boolean wellFormed = StandardCharsets.UTF_8.newEncoder().canEncode(text);
                    assertEquals(wellFormed, Utf8.isWellFormed(text), text);
                    if (wellFormed) {
                        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, Utf8.length(text), text);
                    }
                }
            }
        }
    }
}
