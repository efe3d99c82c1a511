package dev.tidelock.sync.json;

import java.util.List;

/** A JSON array. */
public final class JsonArray extends JsonValue {
    /** The array without items. */
    public static final JsonArray EMPTY = new JsonArray(List.of());

    private final List<JsonValue> items;
    private final int depth;

    JsonArray(List<JsonValue> items) {
        this.items = items;
        int deepest = 0;
        for (JsonValue item : items) {
            deepest = Math.max(deepest, item.depth());
        }
        this.depth = depthAbove(deepest);
    }

    /** The items, in order; cannot be changed. */
    public List<JsonValue> items() {
        return items;
    }

    @Override
    public JsonArray asArray() {
        return this;
    }

    @Override
    int depth() {
        return depth;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonArray that && items.equals(that.items);
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }
}
