package dev.tidelock.sync.query;

import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonString;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** Paths to text and back. */
final class PathText {
    private static final String WHOLE = "$";
    private static final int POSITION_DIGITS_MAX = 9;

    private final String text;
    private int at;

    private PathText(String text) {
        this.text = text;
    }

    static String write(List<Object> steps) {
        if (steps.isEmpty()) {
            return WHOLE;
        }
        StringBuilder out = new StringBuilder();
        for (Object step : steps) {
            if (step instanceof Integer) {
                out.append('[').append(step).append(']');
            } else {
                String name = (String) step;
                out.append(out.length() == 0 ? "" : ".")
                        .append(isPlain(name) ? name : JsonValue.of(name).toJson());
            }
        }
        return out.toString();
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty() && name.codePoints().allMatch(PathText::isPlain);
    }

    private static boolean isPlain(int point) {
        return Character.isLetterOrDigit(point) || point == '_' || point == '-';
    }

    static List<Object> read(String text) {
        return text.equals(WHOLE) ? List.of() : new PathText(text).steps();
    }

    private List<Object> steps() {
        List<Object> steps = new ArrayList<>();
        do {
            if (peek() == '[') {
                steps.add(position());
            } else {
                if (!steps.isEmpty()) {
                    require('.');
                }
                steps.add(peek() == '"' ? quotedName() : plainName());
            }
        } while (at < text.length());
        return List.copyOf(steps);
    }

    private int peek() {
        return at < text.length() ? text.codePointAt(at) : -1;
    }

    private void require(char expected) {
        if (peek() != expected) {
            throw refuse("'" + expected + "' is expected");
        }
        at++;
    }

    private String plainName() {
        int from = at;
        while (at < text.length() && isPlain(peek())) {
            at += Character.charCount(peek());
        }
        if (at == from) {
            throw refuse("the name of a member is expected; a name with other characters than letters, digits, _ and -"
                    + " goes in double quotes");
        }
        return text.substring(from, at);
    }

    private String quotedName() {
        int from = at++;
        while (at < text.length() && peek() != '"') {
            at += peek() == '\\' ? 2 : 1;
        }
        if (at >= text.length()) {
            at = from;
            throw refuse("the quotes that begin here do not end");
        }
        at++;
        try {
            return ((JsonString) JsonValue.parse(text.substring(from, at))).value();
        } catch (JsonFormatException odd) {
            at = from;
            throw refuse("what is in quotes here is no JSON string");
        }
    }

    private Integer position() {
        int from = ++at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == from || at - from > POSITION_DIGITS_MAX) {
            throw refuse("a position of 1 to " + POSITION_DIGITS_MAX + " digits is expected");
        }
        int position = Integer.parseInt(text.substring(from, at));
        require(']');
        return position;
    }

    private IllegalArgumentException refuse(String problem) {
        return new IllegalArgumentException("the path '" + text + "' has a mistake at character " + (at + 1) + ": "
                + problem + "; author.name or tags[0] are paths");
    }
}
