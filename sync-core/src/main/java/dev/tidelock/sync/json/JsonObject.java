package dev.tidelock.sync.json;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object; its members are in canonical order. */
public final class JsonObject extends JsonValue {
    /** The object without members. */
    public static final JsonObject EMPTY = new JsonObject(Map.of());

    private final Map<String, JsonValue> members;
    private final int depth;

    /** Takes a map that is already in canonical order and that nobody changes afterwards. */
    JsonObject(Map<String, JsonValue> members) {
        this.members = members;
        int deepest = 0;
        for (JsonValue member : members.values()) {
            deepest = Math.max(deepest, member.depth());
        }
        this.depth = depthAbove(deepest);
    }

    /** The members, in canonical order; cannot be changed. */
    public Map<String, JsonValue> members() {
        return members;
    }

    /** The member of that name, or null if there is none. */
    public @Nullable JsonValue get(String name) {
        return members.get(name);
    }

    /** A copy in which {@code name} has this value. */
    public JsonObject with(String name, JsonValue value) {
        Map<String, JsonValue> changed = new LinkedHashMap<>(members);
        changed.put(name, value);
        return JsonValue.object(changed);
    }

    @Override
    public JsonObject asObject() {
        return this;
    }

    @Override
    int depth() {
        return depth;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonObject that && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }
}
