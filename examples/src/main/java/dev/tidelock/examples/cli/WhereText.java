package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import java.util.List;
import java.util.regex.Pattern;

/** What {@code --where} takes: a path, a sign and a value. */
final class WhereText {
    private static final String WORDS = "~";

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    /** The longer ones first: one of them begins another. */
    private static final List<Comparison> COMPARISONS = List.of(
            Comparison.NOT_EQUAL,
            Comparison.AT_MOST,
            Comparison.AT_LEAST,
            Comparison.EQUAL,
            Comparison.LESS,
            Comparison.GREATER);

    private WhereText() {}

    static Condition parse(String text) {
        boolean quoted = false;
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '\\' && quoted) {
                at++;
            } else if (next == '"') {
                quoted = !quoted;
            } else if (!quoted) {
                Condition condition = at(text, at);
                if (condition != null) {
                    return condition;
                }
            }
        }
        throw CliException.usage("--where '" + text
                + "' compares nothing; PATH=VALUE is accepted, with !=, <, <=, > or >= instead of =, and PATH~WORDS");
    }

    /** The condition whose sign is there; null if there is none. */
    private static Condition at(String text, int at) {
        String path = text.substring(0, at).strip();
        if (text.startsWith(WORDS, at)) {
            return Condition.matches(text.substring(at + 1), path);
        }
        for (Comparison comparison : COMPARISONS) {
            if (text.startsWith(comparison.sign(), at)) {
                String value = text.substring(at + comparison.sign().length());
                return Condition.compare(path, comparison, value(value));
            }
        }
        return null;
    }

    /** JSON, or else text. A number that no record can hold is not compared as text: that would find something else. */
    private static JsonValue value(String text) {
        try {
            return JsonValue.parse(text);
        } catch (JsonFormatException notJson) {
            if (NUMBER.matcher(text.strip()).matches()) {
                throw CliException.usage(
                        "the number " + text.strip() + " is none that a record can hold; 64-bit integers and"
                                + " doubles are accepted, and \"" + text.strip() + "\" in double quotes for a text");
            }
            return JsonValue.of(text);
        }
    }
}
