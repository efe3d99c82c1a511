package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Op;
import java.util.Map;

/** Roughly how many bytes of memory a value takes: a value of many small parts takes far more than its text. */
final class ValueSize {
    private static final int OBJECT_BYTES = 24;
    private static final int REFERENCE_BYTES = 8;

    private ValueSize() {}

    static long of(Op op) {
        return op.kind() == Op.Kind.DELETE ? 0 : of(op.value());
    }

    /** Values are never nested so deeply that this could fail. */
    private static long of(JsonValue value) {
        long bytes = OBJECT_BYTES;
        if (value.asString() != null) {
            bytes += ofText(value.asString());
        } else if (value.asArray() != null) {
            for (JsonValue item : value.asArray().items()) {
                bytes += REFERENCE_BYTES + of(item);
            }
        } else if (value.asObject() != null) {
            for (Map.Entry<String, JsonValue> member :
                    value.asObject().members().entrySet()) {
                bytes += 2 * REFERENCE_BYTES + ofText(member.getKey()) + of(member.getValue());
            }
        }
        return bytes;
    }

    /** A string, and the array of its characters: two bytes for each, at most. */
    private static long ofText(String text) {
        return 2 * OBJECT_BYTES + 2L * text.length();
    }
}
