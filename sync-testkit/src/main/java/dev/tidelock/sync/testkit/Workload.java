package dev.tidelock.sync.testkit;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.relation.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the simulated app does: few records, so that devices often meet at the same one, and every kind of op. No op ever fails on what another device may
 * have made of its record meanwhile.
 *
 * <ul>
 *   <li>{@code notes}: objects, last-writer-wins; all ops.
 *   <li>{@code texts}: strings, with the merge of the app; puts and deletes.
 *   <li>{@code counters}: numbers that are only added to, so that their sum is known.
 *   <li>{@code lists}: arrays; named ops, puts and deletes.
 *   <li>{@code groups}: objects that are only ever changed together and alike, in one transaction; so they are always equal.
 *   <li>{@code stars}: objects that go with a note ({@code of}), and with another star ({@code by}); rows and loops of stars happen.
 *   <li>{@code marks}: a text that each transaction changes once there are copies of a device, so that no two copies write the same by chance.
 * </ul>
 */
final class Workload {
    static final String NOTES = "notes";
    static final String TEXTS = "texts";
    static final String COUNTERS = "counters";
    static final String LISTS = "lists";
    static final String GROUPS = "groups";
    static final String STARS = "stars";
    static final String MARKS = "marks";

    /** What goes with what. */
    static final List<Relation> RELATIONS =
            List.of(Relation.cascade(STARS, "of", NOTES), Relation.cascade(STARS, "by", STARS));

    private static final int LONG_TEXT = 2_000;

    private final SeededRandom random;
    private final List<RecordKey> notes;
    private final List<RecordKey> texts;
    private final List<RecordKey> counters;
    private final List<RecordKey> lists;
    private final List<RecordKey> stars;
    private final List<List<RecordKey>> groups = new ArrayList<>();
    private final Map<RecordKey, List<RecordKey>> groupOf = new HashMap<>();
    private final RecordKey mark;
    private final List<RecordKey> keys = new ArrayList<>();
    private final boolean counting;
    private int made;

    /**
     * @param size 1 for some dozens of changes; more for longer histories, which then have more records
     * @param counting whether nothing is done but to add to the first of the counters
     */
    Workload(SeededRandom random, int size, boolean counting) {
        this.random = random;
        this.counting = counting;
        notes = keys(NOTES, "n", 1 + random.nextInt(4 * size));
        texts = keys(TEXTS, "t", 1 + random.nextInt(3 * size));
        counters = keys(COUNTERS, "c", 1 + random.nextInt(2 * size));
        lists = keys(LISTS, "l", 1 + random.nextInt(2 * size));
        int groupCount = 1 + random.nextInt(2 * size);
        for (int group = 0; group < groupCount; group++) {
            List<RecordKey> members = keys(GROUPS, "g" + group + "-", 2 + random.nextInt(3));
            groups.add(members);
            members.forEach(key -> groupOf.put(key, members));
        }
        stars = keys(STARS, "s", 1 + random.nextInt(4 * size));
        mark = keys(MARKS, "m", 1).get(0);
    }

    private List<RecordKey> keys(String collection, String prefix, int count) {
        List<RecordKey> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(new RecordKey(collection, prefix + i));
        }
        keys.addAll(made);
        return made;
    }

    /** Every record that this workload may touch. */
    /** The names of the collections that have records. */
    Set<String> collections() {
        Set<String> names = new TreeSet<>();
        keys.forEach(key -> names.add(key.collection()));
        return names;
    }

    List<RecordKey> keys() {
        return keys;
    }

    List<RecordKey> counters() {
        return counters;
    }

    /** The records that hold the same as this one at every moment, itself included; none if it is in no group. */
    List<RecordKey> group(RecordKey key) {
        return groupOf.getOrDefault(key, List.of());
    }

    /**
     * The next thing that some device does: one change, or several as one transaction.
     *
     * @param marked whether it must be unlike everything else
     */
    List<Change> next(boolean marked) {
        made++;
        List<Change> changes = new ArrayList<>(4);
        if (marked) {
            changes.add(new Change(mark, Op.put(JsonValue.of("v" + made))));
        }
        if (counting) {
            changes.add(addition(counters.get(0)));
        } else if (random.chance(0.25)) {
            changeGroup(changes, random.pick(groups));
            while (random.chance(0.3)) {
                changes.add(single());
            }
        } else {
            changes.add(single());
            while (random.chance(0.07)) {
                changes.add(single());
            }
        }
        return changes;
    }

    private void changeGroup(List<Change> changes, List<RecordKey> group) {
        Op op = switch (random.nextInt(8)) {
            case 0 -> Op.delete();
            case 1 -> Op.patch(object("g", JsonValue.of(token())));
            case 2 -> Op.named("add", object("n", JsonValue.of(1)));
            default -> Op.put(note());
        };
        group.forEach(key -> changes.add(new Change(key, op)));
    }

    private Change single() {
        int kind = random.nextInt(100);
        if (kind < 42) {
            return new Change(random.pick(notes), noteOp());
        } else if (kind < 50) {
            return new Change(random.pick(stars), random.chance(0.2) ? Op.delete() : Op.put(star()));
        } else if (kind < 68) {
            Op op = random.chance(0.15) ? Op.delete() : Op.put(JsonValue.of(token()));
            return new Change(random.pick(texts), op);
        } else if (kind < 84) {
            return addition(random.pick(counters));
        }
        return new Change(random.pick(lists), listOp());
    }

    private Change addition(RecordKey counter) {
        return new Change(counter, Op.named("add", JsonValue.of(random.between(-3, 9))));
    }

    private Op noteOp() {
        int kind = random.nextInt(100);
        if (kind < 40) {
            return Op.put(note());
        } else if (kind < 48) {
            return Op.put(object("t", JsonValue.of("the same everywhere")));
        } else if (kind < 60) {
            return Op.patch(object("t", JsonValue.of(token())));
        } else if (kind < 66) {
            return Op.patch(object("x", random.chance(0.5) ? JsonValue.NULL : JsonValue.of(token())));
        } else if (kind < 76) {
            return Op.named("add", object("n", JsonValue.of(1)));
        } else if (kind < 84) {
            return Op.named("max", object("n", JsonValue.of(random.nextInt(50))));
        }
        return Op.delete();
    }

    private Op listOp() {
        JsonValue item = JsonValue.of(random.nextInt(6));
        return switch (random.nextInt(6)) {
            case 0 -> Op.put(JsonValue.array(List.of(item)));
            case 1 -> Op.delete();
            case 2 -> Op.named("set-add", item);
            case 3 -> Op.named("set-remove", item);
            default -> Op.named("append", item);
        };
    }

    private JsonValue note() {
        JsonObject note = object("t", JsonValue.of(token()));
        return random.chance(0.3) ? note.with("n", JsonValue.of(random.nextInt(100))) : note;
    }

    private JsonValue star() {
        JsonObject star = object("of", JsonValue.of(random.pick(notes).id()));
        return random.chance(0.4)
                ? star.with("by", JsonValue.of(random.pick(stars).id()))
                : star;
    }

    private static JsonObject object(String name, JsonValue value) {
        return JsonValue.object(Map.of(name, value));
    }

    /** A text that nobody else writes; now and then a long one. */
    private String token() {
        String token = "v" + made;
        return random.chance(0.01) ? token + dashes(random.nextInt(LONG_TEXT)) : token;
    }

    private static String dashes(int count) {
        char[] dashes = new char[count];
        Arrays.fill(dashes, '-');
        return new String(dashes);
    }
}
