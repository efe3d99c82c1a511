package dev.tidelock.examples.crash;

import dev.tidelock.examples.crash.Operation.Change;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a device writes, from its first call to its last: each depends on nothing but the seed and its number. So whoever knows how far a device got knows
 * everything that it wrote.
 */
final class Script {
    /** The records of this collection are written by every device, at the same time: only their equality can be told. */
    static final String CONTESTED = "contested";

    /** Every device adds to the records of this collection. */
    static final String SUMS = "sums";

    private static final int OWN_RECORDS = 40;
    private static final int SHARED_RECORDS = 6;
    private static final int TRANSACTION_MAX = 7;
    private static final int LONG_TEXT = 60_000;

    private final long seed;
    private final String notes;

    /** @param author which of the space's devices: each writes notes of its own */
    Script(long seed, int author) {
        this.seed = seed * 31 + author;
        this.notes = notesOf(author);
    }

    static String notesOf(int author) {
        return "notes-of-" + author;
    }

    /** @param number from 1 */
    Operation at(long number) {
        Random random = new Random(seed * 1_000_003 + number);
        random.nextInt(); // the first one varies little between neighbouring seeds
        List<Change> changes = new ArrayList<>();
        switch (random.nextInt(10)) {
            case 0, 1 -> transfer(random, changes);
            case 2 -> changes.add(new Change(CONTESTED, "c" + random.nextInt(SHARED_RECORDS), put(random, number)));
            case 3 -> changes.add(add(random.nextInt(SHARED_RECORDS), 1 + random.nextInt(9)));
            default -> changes.add(note(random, number));
        }
        return new Operation(changes);
    }

    /** Moves an amount from one sum to another, and writes a few notes about it: all of it or nothing. */
    private void transfer(Random random, List<Change> changes) {
        int amount = 1 + random.nextInt(100);
        int from = random.nextInt(SHARED_RECORDS);
        changes.add(add(from, -amount));
        changes.add(add((from + 1) % SHARED_RECORDS, amount));
        for (int more = random.nextInt(TRANSACTION_MAX - 1); more > 0; more--) {
            changes.add(note(random, amount));
        }
    }

    private static Change add(int record, int amount) {
        JsonObject argument = JsonObject.EMPTY.with("sum", JsonValue.of(amount));
        return new Change(SUMS, "s" + record, Op.named("add", argument));
    }

    private Change note(Random random, long number) {
        String id = "n" + random.nextInt(OWN_RECORDS);
        Op op = switch (random.nextInt(6)) {
            case 0 -> Op.delete();
            case 1, 2 -> Op.patch(patch(random, number));
            default -> put(random, number);
        };
        return new Change(notes, id, op);
    }

    private static Op put(Random random, long number) {
        int length = random.nextInt(60) == 0 ? LONG_TEXT : random.nextInt(300);
        return Op.put(
                JsonObject.EMPTY.with("number", JsonValue.of(number)).with("text", JsonValue.of("x".repeat(length))));
    }

    private static JsonValue patch(Random random, long number) {
        JsonObject patch = JsonObject.EMPTY.with("patched", JsonValue.of(number));
        return random.nextBoolean() ? patch : patch.with("text", JsonValue.NULL);
    }
}
