package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.internal.keys.KeyWriter;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.ValueOrder;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Path;
import dev.tidelock.sync.spi.store.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the parts of a condition, all of which must hold, say of one member: values that it must have one of, or a range that it must be in. */
final class Bounds {
    /** The one or several values; null if any will do. */
    private @Nullable TreeSet<JsonValue> values;

    private final List<Condition> ofValues = new ArrayList<>();
    private final List<Condition> ofRange = new ArrayList<>();

    private Bounds() {}

    static Bounds of(Path path, List<Condition> parts) {
        Bounds bounds = new Bounds();
        parts.forEach(part -> bounds.add(path, part));
        return bounds;
    }

    private void add(Path path, Condition part) {
        if (part instanceof Condition.Compare compare && compare.path().equals(path)) {
            if (compare.comparison() == Comparison.EQUAL) {
                addValues(part, List.of(compare.value()));
            } else if (compare.comparison() != Comparison.NOT_EQUAL) {
                ofRange.add(part);
            }
        } else if (part instanceof Condition.In in && in.path().equals(path)) {
            addValues(part, in.values());
        } else if (part instanceof Condition.StartsWith starts) {
            addRange(part, path, starts.path());
        } else if (part instanceof Condition.Exists exists) {
            addRange(part, path, exists.path());
        }
    }

    private void addRange(Condition part, Path path, Path ofPart) {
        if (ofPart.equals(path)) {
            ofRange.add(part);
        }
    }

    private void addValues(Condition part, List<JsonValue> these) {
        TreeSet<JsonValue> next = new TreeSet<>(ValueOrder::compare);
        next.addAll(these);
        if (values != null) {
            next.retainAll(values);
        }
        values = next;
        ofValues.add(part);
    }

    /** The values that the member must have one of, in order; null if it is not said. */
    @Nullable
    List<JsonValue> values() {
        return values == null ? null : new ArrayList<>(values);
    }

    List<Condition> valueParts() {
        return ofValues;
    }

    boolean hasRange() {
        return !ofRange.isEmpty();
    }

    List<Condition> rangeParts() {
        return ofRange;
    }

    /** The keys that go on, after those before, with a member in the range. */
    KeyRange range(List<JsonValue> before) {
        byte[] beginning = key(before).toByteArray();
        KeyRange range = KeyRange.beginningWith(beginning);
        if (KeyWriter.isCut(beginning)) {
            return range; // nothing of the member is in the key
        }
        for (Condition part : ofRange) {
            range = range.and(range(before, part));
        }
        return range;
    }

    private static KeyRange range(List<JsonValue> before, Condition part) {
        if (part instanceof Condition.StartsWith starts) {
            return KeyRange.beginningWith(
                    key(before).beginning(starts.beginning()).toByteArray());
        } else if (part instanceof Condition.Compare compare) {
            return range(before, compare);
        }
        return KeyRange.of(
                key(before).firstOf(ValueOrder.Type.NULL).toByteArray(),
                key(before).after(ValueOrder.Type.OBJECT).toByteArray());
    }

    private static KeyRange range(List<JsonValue> before, Condition.Compare compare) {
        ValueOrder.Type type = ValueOrder.typeOf(compare.value());
        byte[] lowest = key(before).firstOf(type).toByteArray();
        byte[] highest = key(before).after(type).toByteArray();
        byte[] value = key(before).value(compare.value()).toByteArray();
        return switch (compare.comparison()) {
            // A key that was cut stands for more than the value, so all that begin like it are candidates.
            case LESS -> KeyRange.of(lowest, KeyWriter.isCut(value) ? KeyRange.after(value) : value);
            case AT_MOST -> KeyRange.of(lowest, KeyRange.after(value));
            case GREATER -> KeyRange.of(KeyWriter.isCut(value) ? value : KeyRange.after(value), highest);
            default -> KeyRange.of(value, highest);
        };
    }

    /** The beginning of all keys of these values. */
    static KeyWriter key(List<JsonValue> values) {
        KeyWriter key = new KeyWriter();
        values.forEach(key::value);
        return key;
    }
}
