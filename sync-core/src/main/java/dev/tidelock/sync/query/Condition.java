package dev.tidelock.sync.query;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * What a record's value has to be like. Immutable, made of values and not of text, so there is nothing to inject into. Paths are texts that {@link Path#parse} reads.
 *
 * <p>A condition holds or does not, whatever the value is: a member that is absent or of another type makes a comparison false, and never fails. Safe for use by any
 * number of threads.
 */
public sealed interface Condition
        permits Condition.Compare,
                Condition.In,
                Condition.Exists,
                Condition.Contains,
                Condition.StartsWith,
                Matches,
                Condition.And,
                Condition.Or,
                Condition.Not {
    /** How many parts one condition has at most, all of those within it and all values of {@code in} included. */
    int PARTS_MAX = 1000;

    /** Whether it holds for a value. */
    boolean test(JsonValue value);

    /** Holds for every value. */
    static Condition always() {
        return And.NOTHING;
    }

    /** The member is there and has that value. */
    static Condition equal(String path, JsonValue value) {
        return compare(path, Comparison.EQUAL, value);
    }

    /** As {@link #equal(String, JsonValue)}, for a text (which is not parsed). */
    static Condition equal(String path, String text) {
        return equal(path, JsonValue.of(text));
    }

    /** As {@link #equal(String, JsonValue)}. */
    static Condition equal(String path, long number) {
        return equal(path, JsonValue.of(number));
    }

    /** As {@link #equal(String, JsonValue)}. */
    static Condition equal(String path, boolean value) {
        return equal(path, JsonValue.of(value));
    }

    /** The member compares like that with a value, see {@link Comparison}. */
    static Condition compare(String path, Comparison comparison, JsonValue value) {
        return new Compare(Path.parse(path), comparison, value);
    }

    /** As {@link #compare(String, Comparison, JsonValue)}, for a text (which is not parsed). */
    static Condition compare(String path, Comparison comparison, String text) {
        return compare(path, comparison, JsonValue.of(text));
    }

    /** As {@link #compare(String, Comparison, JsonValue)}. */
    static Condition compare(String path, Comparison comparison, long number) {
        return compare(path, comparison, JsonValue.of(number));
    }

    /** As {@link #compare(String, Comparison, JsonValue)}. */
    static Condition compare(String path, Comparison comparison, double number) {
        return compare(path, comparison, JsonValue.of(number));
    }

    /** The member is there and has one of these values. */
    static Condition in(String path, JsonValue... values) {
        return new In(Path.parse(path), List.of(values));
    }

    /** As {@link #in(String, JsonValue...)}, for texts (which are not parsed). */
    static Condition in(String path, String... texts) {
        List<JsonValue> values = new ArrayList<>();
        for (String text : texts) {
            values.add(JsonValue.of(text));
        }
        return new In(Path.parse(path), values);
    }

    /** The member is there, whatever its value; null is one. */
    static Condition exists(String path) {
        return new Exists(Path.parse(path));
    }

    /** The member is an array, and one of its items is that value. */
    static Condition contains(String path, JsonValue item) {
        return new Contains(Path.parse(path), item);
    }

    /** As {@link #contains(String, JsonValue)}, for a text (which is not parsed). */
    static Condition contains(String path, String item) {
        return contains(path, JsonValue.of(item));
    }

    /** The member is a text that begins like that. */
    static Condition startsWith(String path, String beginning) {
        return new StartsWith(Path.parse(path), beginning);
    }

    /**
     * Full text: each word of {@code words} is in one of the members, wherever: in a text, or in a text within an array or an object. Case and accents do not matter. A word directly followed by
     * {@code *} stands for all that begin with it. Without any word it holds for nothing.
     *
     * @param words what somebody types: characters other than letters and digits only part words
     * @param paths at least one
     */
    static Condition matches(String words, String... paths) {
        List<Path> parsed = new ArrayList<>();
        for (String path : paths) {
            parsed.add(Path.parse(path));
        }
        return new Matches(words, parsed);
    }

    /** All of them hold; so it does if there are none. */
    static Condition and(Condition... parts) {
        return new And(List.of(parts));
    }

    /** At least one of them holds; so it does not if there are none. */
    static Condition or(Condition... parts) {
        return new Or(List.of(parts));
    }

    /** It does not hold. */
    static Condition not(Condition part) {
        return new Not(part);
    }

    /**
     * A comparison of one member with one value.
     *
     * @param path the member
     * @param comparison how
     * @param value the value
     */
    record Compare(Path path, Comparison comparison, JsonValue value) implements Condition {
        public Compare {
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(comparison, "comparison");
            Objects.requireNonNull(value, "value");
        }

        @Override
        public boolean test(JsonValue record) {
            return comparison.test(path.in(record), value);
        }

        @Override
        public String toString() {
            return path + " " + comparison.sign() + " " + value;
        }
    }

    /**
     * One of several values.
     *
     * @param path the member
     * @param values the values
     */
    record In(Path path, List<JsonValue> values) implements Condition {
        public In {
            values = List.copyOf(values);
            Parts.require(values.size());
        }

        @Override
        public boolean test(JsonValue record) {
            JsonValue found = path.in(record);
            return found != null && values.contains(found);
        }

        @Override
        public String toString() {
            return path + " in " + values;
        }
    }

    /**
     * A member that is there.
     *
     * @param path the member
     */
    record Exists(Path path) implements Condition {
        public Exists {
            Objects.requireNonNull(path, "path");
        }

        @Override
        public boolean test(JsonValue record) {
            return path.in(record) != null;
        }

        @Override
        public String toString() {
            return path + " exists";
        }
    }

    /**
     * An item of an array.
     *
     * @param path the array
     * @param item the item
     */
    record Contains(Path path, JsonValue item) implements Condition {
        public Contains {
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(item, "item");
        }

        @Override
        public boolean test(JsonValue record) {
            JsonValue found = path.in(record);
            JsonArray array = found == null ? null : found.asArray();
            return array != null && array.items().contains(item);
        }

        @Override
        public String toString() {
            return path + " contains " + item;
        }
    }

    /**
     * The beginning of a text.
     *
     * @param path the text
     * @param beginning how it begins
     */
    record StartsWith(Path path, String beginning) implements Condition {
        public StartsWith {
            Objects.requireNonNull(path, "path");
            JsonValue.of(beginning); // refuses half of a surrogate pair, which no text has
        }

        @Override
        public boolean test(JsonValue record) {
            JsonValue found = path.in(record);
            String text = found == null ? null : found.asString();
            return text != null && text.startsWith(beginning);
        }

        @Override
        public String toString() {
            return path + " starts with " + JsonValue.of(beginning);
        }
    }

    /**
     * All of several.
     *
     * @param parts the conditions
     */
    record And(List<Condition> parts) implements Condition {
        private static final And NOTHING = new And(List.of());

        public And {
            parts = List.copyOf(parts);
            Parts.require(Parts.in(parts));
        }

        @Override
        public boolean test(JsonValue record) {
            for (Condition part : parts) {
                if (!part.test(record)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return parts.isEmpty() ? "always" : Parts.joined(parts, " and ");
        }
    }

    /**
     * One of several.
     *
     * @param parts the conditions
     */
    record Or(List<Condition> parts) implements Condition {
        public Or {
            parts = List.copyOf(parts);
            Parts.require(Parts.in(parts));
        }

        @Override
        public boolean test(JsonValue record) {
            for (Condition part : parts) {
                if (part.test(record)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return parts.isEmpty() ? "never" : Parts.joined(parts, " or ");
        }
    }

    /**
     * The opposite.
     *
     * @param part the condition that does not hold
     */
    record Not(Condition part) implements Condition {
        public Not {
            Parts.require(Parts.in(Collections.singletonList(part)));
        }

        @Override
        public boolean test(JsonValue record) {
            return !part.test(record);
        }

        @Override
        public String toString() {
            return "not (" + part + ")";
        }
    }
}
