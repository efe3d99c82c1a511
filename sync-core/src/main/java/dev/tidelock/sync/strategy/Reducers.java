package dev.tidelock.sync.strategy;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The named ops that every app has: {@code add}, {@code append}, {@code set-add}, {@code set-remove} and {@code max}.
 *
 * <p>Each works on the whole value, or on members: with a record {@code {"count":1,"tags":[]}}, {@code add {"count":2}} adds to one member,
 * {@code set-add {"tags":"new"}} to another. Members are meant when the value is an object, and for {@code add} and {@code max} also
 * when the argument is.
 */
public final class Reducers {
    /** All of them, by name. */
    public static final Map<String, Reducer> BUILT_IN = Map.of(
            "add", (current, by) -> eachMember("add", current, by, true, Reducers::sum),
            "max", (current, by) -> eachMember("max", current, by, true, Reducers::greater),
            "append", (current, item) -> eachMember("append", current, item, false, Reducers::append),
            "set-add", (current, item) -> eachMember("set-add", current, item, false, Reducers::setAdd),
            "set-remove", (current, item) -> eachMember("set-remove", current, item, false, Reducers::setRemove));

    private Reducers() {}

    /** Reduces one value; {@code current} is null if there is none. */
    private interface Step {
        JsonValue apply(@Nullable JsonValue current, JsonValue argument);
    }

    private static JsonValue eachMember(
            String op, @Nullable JsonValue current, JsonValue argument, boolean argumentDecides, Step step) {
        JsonObject record = current == null ? null : current.asObject();
        JsonObject members = argument.asObject();
        if (record == null && !(current == null && argumentDecides && members != null)) {
            return step.apply(current, argument);
        }
        if (members == null) {
            throw new IllegalArgumentException(op + " on an object takes an object that names the members");
        }
        JsonObject result = record == null ? JsonObject.EMPTY : record;
        for (Map.Entry<String, JsonValue> member : members.members().entrySet()) {
            result = result.with(member.getKey(), step.apply(result.get(member.getKey()), member.getValue()));
        }
        return result;
    }

    private static JsonValue sum(@Nullable JsonValue current, JsonValue by) {
        JsonNumber left = number("add", current == null ? JsonValue.of(0) : current);
        JsonNumber right = number("add", by);
        if (left.isInteger() && right.isInteger()) {
            return JsonValue.of(Math.addExact(left.longValue(), right.longValue()));
        }
        return JsonValue.of(left.doubleValue() + right.doubleValue());
    }

    private static JsonValue greater(@Nullable JsonValue current, JsonValue other) {
        if (current == null) {
            return other;
        }
        String text = current.asString();
        String otherText = other.asString();
        if (text != null && otherText != null) {
            return text.compareTo(otherText) >= 0 ? current : other;
        }
        return exact(number("max", current)).compareTo(exact(number("max", other))) >= 0 ? current : other;
    }

    private static BigDecimal exact(JsonNumber number) {
        return number.isInteger() ? BigDecimal.valueOf(number.longValue()) : new BigDecimal(number.doubleValue());
    }

    private static JsonNumber number(String op, JsonValue value) {
        JsonNumber number = value.asNumber();
        if (number == null) {
            throw new IllegalArgumentException(op + " works on numbers" + (op.equals("max") ? " or on strings" : ""));
        }
        return number;
    }

    private static JsonValue append(@Nullable JsonValue current, JsonValue item) {
        return changed("append", current, item, (items, added) -> {
            items.addAll(added);
            return items;
        });
    }

    private static JsonValue setAdd(@Nullable JsonValue current, JsonValue item) {
        return changed("set-add", current, item, (items, added) -> {
            if (!items.containsAll(added)) {
                items.addAll(added);
            }
            return items;
        });
    }

    private static JsonValue setRemove(@Nullable JsonValue current, JsonValue item) {
        return changed("set-remove", current, item, (items, removed) -> {
            items.removeAll(removed);
            return items;
        });
    }

    private static JsonValue changed(
            String op, @Nullable JsonValue current, JsonValue item, BinaryOperator<List<JsonValue>> change) {
        JsonArray array = current == null ? null : current.asArray();
        if (current != null && array == null) {
            throw new IllegalArgumentException(op + " works on arrays");
        }
        List<JsonValue> items = array == null ? new ArrayList<>() : new ArrayList<>(array.items());
        return JsonValue.array(change.apply(items, List.of(item)));
    }
}
