package dev.tidelock.sync.query;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where in a record's value a member stands: names of members and positions in arrays, from the outside in. Written {@code author.name} or {@code tags[0]}; a name that is
 * empty or has characters other than letters, digits, {@code _} and {@code -} is written as a JSON string: {@code prices."per m²"}. {@code $} alone is the whole value.
 *
 * <p>Nothing in a path is ever run or passed on as text: it only says which member to look at.
 */
public final class Path {
    /** How many names and positions a path has at most. */
    public static final int STEPS_MAX = 32;

    /** How long the text of a path is at most. */
    public static final int TEXT_CHARS_MAX = 1000;

    /** The whole value. */
    public static final Path WHOLE = new Path(List.of());

    /** Names (String) and positions (Integer). */
    private final List<Object> steps;

    private final String text;

    private Path(List<Object> steps) {
        this.steps = steps;
        this.text = PathText.write(steps);
        if (steps.size() > STEPS_MAX || text.length() > TEXT_CHARS_MAX) {
            throw new IllegalArgumentException("a path of " + steps.size() + " steps and " + text.length()
                    + " characters; up to " + STEPS_MAX + " steps and " + TEXT_CHARS_MAX + " characters are accepted");
        }
    }

    /**
     * Reads a path.
     *
     * @throws IllegalArgumentException if the text is no path; the message says why, and where
     */
    public static Path parse(String text) {
        if (text.length() > TEXT_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a path of " + text.length() + " characters; up to " + TEXT_CHARS_MAX + " are accepted");
        }
        return new Path(PathText.read(text));
    }

    /** The path of a member, and of members within it: names as they are, with any characters. */
    public static Path of(String name, String... inner) {
        Path path = WHOLE.member(name);
        for (String next : inner) {
            path = path.member(next);
        }
        return path;
    }

    /** The member of that name, of what is here. */
    public Path member(String name) {
        return then(Objects.requireNonNull(name, "name"));
    }

    /** The item at a position, of the array that is here; the first one has position 0. */
    public Path item(int position) {
        if (position < 0) {
            throw new IllegalArgumentException("position " + position + " of an array; 0 or more are accepted");
        }
        return then(position);
    }

    private Path then(Object step) {
        List<Object> longer = new ArrayList<>(steps);
        longer.add(step);
        return new Path(List.copyOf(longer));
    }

    /** What stands there in a value; null if nothing does. */
    public @Nullable JsonValue in(JsonValue value) {
        JsonValue found = value;
        for (Object step : steps) {
            if (step instanceof String name) {
                JsonObject object = found.asObject();
                found = object == null ? null : object.get(name);
            } else {
                JsonArray array = found.asArray();
                int position = (Integer) step;
                found = array == null || position >= array.items().size()
                        ? null
                        : array.items().get(position);
            }
            if (found == null) {
                return null;
            }
        }
        return found;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Path that && steps.equals(that.steps);
    }

    @Override
    public int hashCode() {
        return steps.hashCode();
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return text;
    }
}
