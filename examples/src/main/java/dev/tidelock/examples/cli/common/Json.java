package dev.tidelock.examples.cli.common;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the JSON that commands print. */
public final class Json {
    private Json() {}

    /** An object of these names and values, in turn: text, numbers, booleans, JSON, lists of them, things by their text, or null. */
    public static JsonObject object(Object... namesAndValues) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], value(namesAndValues[i + 1]));
        }
        return JsonValue.object(members);
    }

    private static JsonValue value(Object value) {
        if (value == null) {
            return JsonValue.NULL;
        } else if (value instanceof JsonValue json) {
            return json;
        } else if (value instanceof Boolean flag) {
            return JsonValue.of((boolean) flag);
        } else if (value instanceof Double real) {
            return JsonValue.of((double) real);
        } else if (value instanceof Number whole) {
            return JsonValue.of(whole.longValue());
        } else if (value instanceof List<?> items) {
            List<JsonValue> all = new ArrayList<>();
            items.forEach(item -> all.add(value(item)));
            return JsonValue.array(all);
        }
        return JsonValue.of(value.toString());
    }

    /** Text, of things that have one. */
    public static JsonValue text(Object thing) {
        return value(thing.toString());
    }

    /** A time as text, in UTC; null for 0, which stands for never. */
    public static String time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }
}
