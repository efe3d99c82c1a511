package dev.tidelock.sync.query;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a store keeps of a collection's records so that queries need not look at all of them. It changes how quickly a query is answered, and nothing else. Paths are
 * texts that {@link Path#parse} reads. Safe for use by any number of threads.
 */
public final class Index {
    /** On how many members one index can be. */
    public static final int PATHS_MAX = 8;

    /** Of the text; another one for each change of what is kept, so that it is made anew. */
    private static final long VERSION = 1;

    private static final String FULL_TEXT = "fullText";
    private static final String ON = "on";

    private final boolean fullText;
    private final List<Path> paths;

    private Index(boolean fullText, List<Path> paths) {
        if (paths.isEmpty() || paths.size() > PATHS_MAX) {
            throw new IllegalArgumentException(
                    "an index on " + paths.size() + " members; 1 to " + PATHS_MAX + " are accepted");
        }
        if (new LinkedHashSet<>(paths).size() < paths.size()) {
            throw new IllegalArgumentException("an index on " + paths + " names a member twice");
        }
        this.fullText = fullText;
        this.paths = List.copyOf(paths);
    }

    /**
     * On the values of one or several members, in this order. Serves what compares the first of them (equal, in, less, greater, the beginning of a text), of the next ones too as long as those before
     * are compared with equal or in; and orders by them.
     */
    public static Index on(String... paths) {
        return new Index(false, parse(paths));
    }

    /** On the words of one or several members. Serves {@link Condition#matches} on any of them. */
    public static Index fullText(String... paths) {
        return new Index(true, parse(paths));
    }

    private static List<Path> parse(String... paths) {
        List<Path> parsed = new ArrayList<>();
        for (String path : paths) {
            parsed.add(Path.parse(path));
        }
        return parsed;
    }

    /** Whether it is on words, rather than on values. */
    public boolean isFullText() {
        return fullText;
    }

    /** The members that it is on, in its order. */
    public List<Path> paths() {
        return paths;
    }

    /** A text for a store to keep, from which {@link #ofDefinition} makes the same index. */
    public String definition() {
        List<JsonValue> texts = new ArrayList<>();
        paths.forEach(path -> texts.add(JsonValue.of(path.toString())));
        return JsonValue.object(
                        Map.of(fullText ? FULL_TEXT : ON, JsonValue.array(texts), "version", JsonValue.of(VERSION)))
                .toJson();
    }

    /** The index of a definition; null if it is none that this version of the library keeps. */
    public static @Nullable Index ofDefinition(String definition) {
        try {
            JsonObject object = JsonValue.parse(definition).asObject();
            if (object == null || !Objects.equals(object.get("version"), JsonValue.of(VERSION))) {
                return null;
            }
            boolean fullText = object.get(FULL_TEXT) != null;
            JsonValue texts = object.get(fullText ? FULL_TEXT : ON);
            JsonArray array = texts == null ? null : texts.asArray();
            return array == null ? null : new Index(fullText, paths(array));
        } catch (IllegalArgumentException damaged) {
            return null;
        }
    }

    private static List<Path> paths(JsonArray texts) {
        List<Path> paths = new ArrayList<>();
        for (JsonValue text : texts.items()) {
            paths.add(Path.parse(String.valueOf(text.asString())));
        }
        return paths;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Index that && fullText == that.fullText && paths.equals(that.paths);
    }

    @Override
    public int hashCode() {
        return paths.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(fullText ? "full text of " : "index on ");
        for (int i = 0; i < paths.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(paths.get(i));
        }
        return text.toString();
    }
}
