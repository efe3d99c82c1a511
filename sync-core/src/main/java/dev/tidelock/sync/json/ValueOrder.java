package dev.tidelock.sync.json;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A total order of JSON values, the same on every device: absent, null, false, true, numbers, strings, arrays, objects.
 *
 * <p>Numbers are compared exactly, integers of 64 bits with doubles as well; strings by their code points. Arrays are compared item by item, and objects member by
 * member in canonical order, each first by name and then by value; what is the beginning of another one comes before it. Two values are equal in this order exactly
 * when they are equal.
 */
public final class ValueOrder {
    private ValueOrder() {}

    /** What can be compared in a query: values of one type. Absent has a type of its own. */
    public enum Type {
        /** There is no value. */
        /** Nothing is there. */
        ABSENT,
        /** JSON {@code null}: a value that is there. */
        /** {@code null}. */
        NULL,
        /** False, then true. */
        /** {@code true} or {@code false}. */
        BOOLEAN,
        /** By size, whole or not. */
        /** An integer of 64 bits, or a double. */
        NUMBER,
        /** By code points, not as a language sorts. */
        /** A text. */
        STRING,
        /** Item by item. */
        /** Items in order. */
        ARRAY,
        /** Member by member, in canonical order. */
        /** Members by name. */
        OBJECT
    }

    /** The type of a value; null stands for an absent one. */
    public static Type typeOf(@Nullable JsonValue value) {
        if (value == null) {
            return Type.ABSENT;
        } else if (value instanceof JsonString) {
            return Type.STRING;
        } else if (value instanceof JsonNumber) {
            return Type.NUMBER;
        } else if (value instanceof JsonArray) {
            return Type.ARRAY;
        } else if (value instanceof JsonObject) {
            return Type.OBJECT;
        }
        return value == JsonValue.NULL ? Type.NULL : Type.BOOLEAN;
    }

    /** Which of two values comes first: negative, zero or positive, as a comparator says it; null stands for an absent one. */
    public static int compare(@Nullable JsonValue one, @Nullable JsonValue other) {
        if (one == other) {
            return 0;
        }
        Type type = typeOf(one);
        int byType = type.compareTo(typeOf(other));
        if (byType != 0 || one == null || other == null) {
            return byType;
        }
        return switch (type) {
            case STRING -> CodePoints.compare(((JsonString) one).value(), ((JsonString) other).value());
            case NUMBER -> compareNumbers((JsonNumber) one, (JsonNumber) other);
            case ARRAY -> compareItems(((JsonArray) one).items(), ((JsonArray) other).items());
            case OBJECT -> compareMembers((JsonObject) one, (JsonObject) other);
            default -> Boolean.compare(one == JsonValue.TRUE, other == JsonValue.TRUE);
        };
    }

    private static int compareNumbers(JsonNumber one, JsonNumber other) {
        if (one.isInteger() && other.isInteger()) {
            return Long.compare(one.longValue(), other.longValue());
        } else if (one.isInteger()) {
            return compareMixed(one.longValue(), other.doubleValue());
        } else if (other.isInteger()) {
            return -compareMixed(other.longValue(), one.doubleValue());
        }
        return Double.compare(one.doubleValue(), other.doubleValue());
    }

    /** The double is no integer of 64 bits: it lies beyond them, or has a fraction, and then the integers around it are exact. */
    private static int compareMixed(long integer, double other) {
        if (Math.abs(other) >= 0x1p63) {
            return other > 0 ? -1 : 1;
        }
        return integer <= (long) Math.floor(other) ? -1 : 1;
    }

    private static int compareItems(List<JsonValue> one, List<JsonValue> other) {
        int length = Math.min(one.size(), other.size());
        for (int i = 0; i < length; i++) {
            int order = compare(one.get(i), other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static int compareMembers(JsonObject one, JsonObject other) {
        Iterator<Map.Entry<String, JsonValue>> left = one.members().entrySet().iterator();
        Iterator<Map.Entry<String, JsonValue>> right =
                other.members().entrySet().iterator();
        while (left.hasNext() && right.hasNext()) {
            Map.Entry<String, JsonValue> mine = left.next();
            Map.Entry<String, JsonValue> theirs = right.next();
            int byName = CodePoints.compare(mine.getKey(), theirs.getKey());
            int order = byName != 0 ? byName : compare(mine.getValue(), theirs.getValue());
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(left.hasNext(), right.hasNext());
    }
}
