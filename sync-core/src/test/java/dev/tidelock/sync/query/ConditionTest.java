package dev.tidelock.sync.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ConditionTest {
    private static final JsonValue NOTE = JsonValue.parse("{\"title\":\"Crème brûlée\",\"stars\":4,\"price\":2.5,"
            + "\"tags\":[\"food\",\"france\",3],\"done\":false,\"gone\":null,\"author\":{\"name\":\"Zoë Q\"}}");

    private static void holds(Condition condition) {
        assertTrue(condition.test(NOTE), condition.toString());
        assertFalse(Condition.not(condition).test(NOTE), condition.toString());
    }

    private static void fails(Condition condition) {
        assertFalse(condition.test(NOTE), condition.toString());
        assertTrue(Condition.not(condition).test(NOTE), condition.toString());
    }

    @Test
    void equal_sameValue_holds() {
        holds(Condition.equal("stars", 4));
        holds(Condition.equal("stars", JsonValue.parse("4.0")));
        holds(Condition.equal("done", false));
        holds(Condition.equal("gone", JsonValue.NULL));
        holds(Condition.equal("author.name", "Zoë Q"));
        holds(Condition.equal("tags[1]", "france"));
        fails(Condition.equal("stars", "4"));
        fails(Condition.equal("absent", JsonValue.NULL));
        holds(Condition.compare("absent", Comparison.NOT_EQUAL, 1));
        fails(Condition.compare("stars", Comparison.NOT_EQUAL, 4));
    }

    @Test
    void compare_onlyWithinOneType() {
        holds(Condition.compare("stars", Comparison.LESS, 5));
        holds(Condition.compare("stars", Comparison.GREATER, 3.5));
        holds(Condition.compare("price", Comparison.AT_LEAST, 2.5));
        holds(Condition.compare("price", Comparison.AT_MOST, 3));
        holds(Condition.compare("title", Comparison.GREATER, "Cr"));
        fails(Condition.compare("stars", Comparison.LESS, "5"));
        fails(Condition.compare("stars", Comparison.AT_LEAST, "5"));
        fails(Condition.compare("absent", Comparison.LESS, 5));
        fails(Condition.compare("gone", Comparison.LESS, 5));
    }

    @Test
    void membersAndTexts() {
        holds(Condition.exists("gone"));
        fails(Condition.exists("absent"));
        holds(Condition.in("stars", JsonValue.of(1), JsonValue.of(4)));
        fails(Condition.in("title", "a", "b"));
        holds(Condition.contains("tags", "food"));
        holds(Condition.contains("tags", JsonValue.of(3)));
        fails(Condition.contains("title", "C"));
        holds(Condition.startsWith("title", "Crème"));
        holds(Condition.startsWith("title", ""));
        fails(Condition.startsWith("stars", ""));
    }

    @Test
    void andOrNot() {
        holds(Condition.always());
        holds(Condition.and());
        fails(Condition.or());
        holds(Condition.and(Condition.exists("stars"), Condition.equal("done", false)));
        fails(Condition.and(Condition.exists("stars"), Condition.equal("done", true)));
        holds(Condition.or(Condition.exists("absent"), Condition.equal("done", false)));
    }

    @Test
    void matches_everyWordInOneOfTheMembers() {
        holds(Condition.matches("CREME", "title"));
        holds(Condition.matches("brulee, creme!", "title"));
        holds(Condition.matches("creme food zoe", "title", "tags", "author"));
        holds(Condition.matches("bru*", "title"));
        fails(Condition.matches("bru", "title"));
        fails(Condition.matches("bru *", "title"));
        fails(Condition.matches("creme food", "title"));
        fails(Condition.matches("", "title"));
        fails(Condition.matches(" * ", "title"));
        fails(Condition.matches("creme", "absent"));
        fails(Condition.matches("4", "stars"));
    }

    @Test
    void tooManyParts_areRefused() {
        Condition one = Condition.exists("a");
        Condition[] many = Collections.nCopies(Condition.PARTS_MAX, one).toArray(new Condition[0]);
        Condition most = Condition.or(many);
        String message = assertThrows(IllegalArgumentException.class, () -> Condition.not(most))
                .getMessage();
        assertTrue(message.contains("1001 parts; up to 1000 are accepted"), message);
        Condition nested = one;
        for (int i = 0; i < Condition.PARTS_MAX; i++) {
            nested = Condition.not(nested);
        }
        assertTrue(nested.test(JsonValue.parse("{\"a\":1}")));
        assertThrows(IllegalArgumentException.class, () -> Condition.matches("a", new String[0]));
        assertThrows(IllegalArgumentException.class, () -> Condition.startsWith("a", "\ud800"));
    }

    @Test
    void toString_readsWell() {
        assertEquals(
                "done = false and (stars > 3 or not (title starts with \"C\"))",
                Condition.and(
                                Condition.equal("done", false),
                                Condition.or(
                                        Condition.compare("stars", Comparison.GREATER, 3),
                                        Condition.not(Condition.startsWith("title", "C"))))
                        .toString());
    }
}
