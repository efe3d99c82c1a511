package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.Transaction;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.strategy.Reducers;
import java.util.TreeSet;

/** Changes as a file names them: one JSON object per line, with {@code op}, {@code collection}, {@code id} and {@code value}. */
final class Changes {
    private Changes() {}

    static String requireOp(String name) {
        if (!Reducers.BUILT_IN.containsKey(name)) {
            throw CliException.usage("there is no op '" + name + "'; accepted are "
                    + String.join(", ", new TreeSet<>(Reducers.BUILT_IN.keySet())));
        }
        return name;
    }

    /**
     * Makes the change that a line describes.
     *
     * @throws IllegalArgumentException if it describes none; the message says what is wrong
     */
    static EventId apply(Transaction tx, JsonValue line) {
        JsonObject change = line.asObject();
        if (change == null) {
            throw new IllegalArgumentException("an object with op, collection, id and value is accepted");
        }
        String op = text(change, "op");
        String collection = text(change, "collection");
        String id = text(change, "id");
        switch (op) {
            case "put":
                return tx.put(collection, id, value(change, op));
            case "patch":
                return tx.patch(collection, id, value(change, op));
            case "rm", "delete":
                return tx.delete(collection, id);
            default:
                if (!Reducers.BUILT_IN.containsKey(op)) {
                    throw new IllegalArgumentException("there is no op '" + op + "'; accepted are put, patch, rm, "
                            + String.join(", ", new TreeSet<>(Reducers.BUILT_IN.keySet())));
                }
                return tx.op(collection, id, op, value(change, op));
        }
    }

    private static String text(JsonObject change, String member) {
        JsonValue value = change.get(member);
        if (value == null || value.asString() == null) {
            throw new IllegalArgumentException("the member '" + member + "' is missing or not text");
        }
        return value.asString();
    }

    private static JsonValue value(JsonObject change, String op) {
        JsonValue value = change.get("value");
        if (value == null) {
            throw new IllegalArgumentException("the member 'value' is missing; " + op + " needs one");
        }
        return value;
    }
}
