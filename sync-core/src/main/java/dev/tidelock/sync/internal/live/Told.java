package dev.tidelock.sync.internal.live;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What there is, by id, and how that differs from what the app has been told. For one thread at a time.
 *
 * @param <V> equal exactly if the app need not be told
 */
final class Told<V> {
    private final Map<String, V> now = new HashMap<>();

    /** What was told of those that may be others now; null if that they were not there. */
    private final Map<String, @Nullable V> before = new LinkedHashMap<>();

    @Nullable
    V now(String id) {
        return now.get(id);
    }

    int size() {
        return now.size();
    }

    /** @param value null if it is not there */
    void set(String id, @Nullable V value) {
        V was = value == null ? now.remove(id) : now.put(id, value);
        if (!Objects.equals(was, value) && !before.containsKey(id)) {
            before.put(id, was);
        }
    }

    /** The ids of those that are others now than in {@code all}, where all are that are there. */
    Set<String> differences(Map<String, V> all) {
        Set<String> ids = new HashSet<>();
        all.forEach((id, value) -> {
            if (!value.equals(now.get(id))) {
                ids.add(id);
            }
        });
        now.keySet().forEach(id -> {
            if (!all.containsKey(id)) {
                ids.add(id);
            }
        });
        return ids;
    }

    /** The ids of those of which the app may have to be told. */
    Set<String> untold() {
        return before.keySet();
    }

    /** What the app was told of one of those; null if that it was not there. */
    @Nullable
    V before(String id) {
        return before.get(id);
    }

    /** The app knows everything now. */
    void accepted() {
        before.clear();
    }
}
