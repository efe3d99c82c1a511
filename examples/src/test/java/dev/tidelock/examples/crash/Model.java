package dev.tidelock.examples.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.examples.crash.Operation.Change;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What a store has to show once it holds so many operations of each device. Computed from the scripts alone, without any code of the engine. */
final class Model {
    private final Script[] scripts;
    private final long[] operations;
    private final Map<String, Map<String, Map<String, JsonValue>>> collections = new TreeMap<>();
    private long transactions;

    /** @param authors how many devices write */
    Model(long seed, int authors) {
        scripts = new Script[authors];
        operations = new long[authors];
        for (int author = 0; author < authors; author++) {
            scripts[author] = new Script(seed, author);
            collections.put(Script.notesOf(author), new TreeMap<>());
        }
        collections.put(Script.SUMS, new TreeMap<>());
    }

    /** How many operations there are so far. */
    long operations(int author) {
        return operations[author];
    }

    /** How many of them were of more than one change. */
    long transactions() {
        return transactions;
    }

    /** The operation that comes next. */
    Operation next(int author) {
        return scripts[author].at(operations[author] + 1);
    }

    /** Goes on to a number of operations. */
    void advance(int author, long number) {
        while (operations[author] < number) {
            Operation next = next(author);
            next.changes().forEach(this::apply);
            operations[author]++;
            transactions += next.changes().size() > 1 ? 1 : 0;
        }
    }

    private void apply(Change change) {
        Map<String, Map<String, JsonValue>> records = collections.get(change.collection());
        if (records == null) {
            return; // contested
        }
        switch (change.op().kind()) {
            case PUT -> records.put(change.id(), new TreeMap<>(membersOf(change)));
            case DELETE -> records.remove(change.id());
            case PATCH ->
                membersOf(change).forEach((name, value) -> {
                    Map<String, JsonValue> record = records.computeIfAbsent(change.id(), absent -> new TreeMap<>());
                    if (value.equals(JsonValue.NULL)) {
                        record.remove(name);
                    } else {
                        record.put(name, value);
                    }
                });
            case NAMED ->
                membersOf(change)
                        .forEach((name, amount) -> records.computeIfAbsent(change.id(), absent -> new TreeMap<>())
                                .merge(name, amount, Model::sum));
        }
    }

    private static Map<String, JsonValue> membersOf(Change change) {
        return change.op().value().asObject().members();
    }

    private static JsonValue sum(JsonValue left, JsonValue right) {
        return JsonValue.of(left.asNumber().longValue() + right.asNumber().longValue());
    }

    /** Something that shows its records, one collection at a time: a client or a store. */
    @FunctionalInterface
    interface Shown {
        void forEach(String collection, BiConsumer<String, JsonValue> visitor);
    }

    /** Every record has to be as it should, and no other may be there. */
    void requireShown(Shown shown, String when) {
        for (String collection : collections.keySet()) {
            Map<String, JsonValue> found = new TreeMap<>();
            shown.forEach(collection, found::put);
            Map<String, JsonValue> expected = records(collection);
            assertEquals(expected.keySet(), found.keySet(), collection + " holds other records, " + when);
            expected.forEach((id, value) -> assertEquals(value, found.get(id), collection + " " + id + ", " + when));
        }
    }

    /** Whether every record is as it should be, and no other there. */
    boolean isShown(Shown shown) {
        boolean all = true;
        for (String collection : collections.keySet()) {
            Map<String, JsonValue> found = new TreeMap<>();
            shown.forEach(collection, found::put);
            all &= records(collection).equals(found);
        }
        return all;
    }

    /** What a collection has to show. */
    Map<String, JsonValue> records(String collection) {
        Map<String, JsonValue> records = new TreeMap<>();
        collections.get(collection).forEach((id, members) -> records.put(id, JsonObject.object(members)));
        return records;
    }
}
