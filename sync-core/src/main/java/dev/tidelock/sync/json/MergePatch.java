package dev.tidelock.sync.json;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON Merge Patch (RFC 7396). */
public final class MergePatch {
    private MergePatch() {}

    /** The target after the patch; an absent target counts as an object without members. */
    public static JsonValue apply(@Nullable JsonValue target, JsonValue patch) {
        JsonObject changes = patch.asObject();
        if (changes == null) {
            return patch;
        }
        JsonObject before = target == null ? null : target.asObject();
        Map<String, JsonValue> result = before == null ? new LinkedHashMap<>() : new LinkedHashMap<>(before.members());
        for (Map.Entry<String, JsonValue> change : changes.members().entrySet()) {
            if (change.getValue() == JsonValue.NULL) {
                result.remove(change.getKey());
            } else {
                result.put(change.getKey(), apply(result.get(change.getKey()), change.getValue()));
            }
        }
        return JsonValue.object(result);
    }

    /** Whether the two patches give some member different values, so that the order in which they apply shows. */
    public static boolean contradict(JsonValue one, JsonValue other) {
        JsonObject left = one.asObject();
        JsonObject right = other.asObject();
        if (left == null || right == null) {
            return !one.equals(other);
        }
        for (Map.Entry<String, JsonValue> member : left.members().entrySet()) {
            JsonValue theirs = right.get(member.getKey());
            if (theirs != null && contradict(member.getValue(), theirs)) {
                return true;
            }
        }
        return false;
    }
}
