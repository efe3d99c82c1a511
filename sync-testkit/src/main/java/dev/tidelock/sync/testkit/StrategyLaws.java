package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.strategy.Strategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds a merge that is not deterministic: the one law that a strategy has to obey. Devices fold the same events in the same order, so any deterministic merge
 * converges; one that looks at a clock, at chance, at what it was asked before or at the order in which a hash table happens to be does not.
 *
 * <p>Each case is merged several times, among other cases in another order, and after fresh parsing; all results must be the same. What differs is made smaller as long as it
 * still differs, and shown. Not safe for use by several threads; takes well under a second.
 */
public final class StrategyLaws {
    private static final int CASES = 400;
    private static final int ASKS = 4;
    private static final int SHRINKS_MAX = 500;

    private StrategyLaws() {}

    /**
     * Checks a strategy with values of all kinds.
     *
     * @throws AssertionError if it gave two results for one case; the message shows the smallest case that was found
     */
    public static void check(Strategy strategy) {
        check(strategy, samples(new SeededRandom(1)));
    }

    /**
     * Checks a strategy with values as the app has them.
     *
     * @param samples at least one; every case is made of them
     * @throws AssertionError if it gave two results for one case; the message shows the smallest case that was found
     */
    public static void check(Strategy strategy, List<JsonValue> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("no samples; give at least one value as the app writes it");
        }
        if (!(strategy instanceof Strategy.Merging merging)) {
            return; // neither last-writer-wins nor a preference runs code of the app's
        }
        Case found = find(merging.merge(), samples);
        if (found != null) {
            Case smallest = shrink(merging.merge(), found);
            throw new AssertionError(
                    "the merge is not deterministic: " + smallest.explain(merging.merge())
                            + "; it must depend on base, local and remote alone, not on clocks, chance, or what it was asked before");
        }
    }

    /** One question to a merge. */
    private record Case(@Nullable JsonValue base, JsonValue local, JsonValue remote) {
        private static final Stamp EARLIER = new Stamp(1L << 16, DeviceId.of(new byte[DeviceId.BYTES]));

        String ask(Strategy.Merge merge) {
            Strategy.Side before = base == null ? null : new Strategy.Side(again(base), EARLIER);
            Strategy.Side ours = new Strategy.Side(again(local), new Stamp(2L << 16, EARLIER.device()));
            Strategy.Side theirs = new Strategy.Side(again(remote), new Stamp(3L << 16, EARLIER.device()));
            try {
                return merge.merge(before, ours, theirs).toJson();
            } catch (RuntimeException refused) {
                return "throws " + refused.getClass().getName();
            }
        }

        private static JsonValue again(JsonValue value) {
            return JsonValue.parse(value.toJson());
        }

        /** Whether asking this again and again gives more than one result. */
        boolean differs(Strategy.Merge merge) {
            String first = ask(merge);
            for (int i = 1; i < ASKS * 2; i++) {
                if (!ask(merge).equals(first)) {
                    return true;
                }
            }
            return false;
        }

        String explain(Strategy.Merge merge) {
            String first = ask(merge);
            String other = first;
            for (int i = 0; i < ASKS * 4 && other.equals(first); i++) {
                other = ask(merge);
            }
            return "base " + (base == null ? "absent" : base.toJson()) + ", local " + local.toJson() + ", remote "
                    + remote.toJson() + " gave " + first + " and then " + other;
        }

        /** Cases that say less. */
        List<Case> smaller() {
            List<Case> smaller = new ArrayList<>();
            if (base != null) {
                smaller.add(new Case(null, local, remote));
                StrategyLaws.smaller(base).forEach(less -> smaller.add(new Case(less, local, remote)));
            }
            StrategyLaws.smaller(local).forEach(less -> smaller.add(new Case(base, less, remote)));
            StrategyLaws.smaller(remote).forEach(less -> smaller.add(new Case(base, local, less)));
            return smaller;
        }
    }

    /** Asks all cases several times, each time in another order: so that what a merge remembers of others shows. */
    private static @Nullable Case find(Strategy.Merge merge, List<JsonValue> samples) {
        SeededRandom random = new SeededRandom(2);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < CASES; i++) {
            JsonValue base = random.chance(0.3) ? null : random.pick(samples);
            cases.add(new Case(base, random.pick(samples), random.pick(samples)));
        }
        Map<Case, String> results = new LinkedHashMap<>();
        Case found = null;
        for (int ask = 0; ask < ASKS && found == null; ask++) {
            for (Case one : cases) {
                String result = one.ask(merge);
                String before = results.putIfAbsent(one, result);
                if (before != null && !before.equals(result)) {
                    found = one;
                    break;
                }
            }
            Collections.shuffle(cases, new java.util.Random(ask));
        }
        return found;
    }

    private static Case shrink(Strategy.Merge merge, Case found) {
        Case smallest = found;
        int tries = 0;
        boolean shrunk = found.differs(merge);
        while (shrunk && tries < SHRINKS_MAX) {
            shrunk = false;
            for (Case smaller : smallest.smaller()) {
                tries++;
                if (smaller.differs(merge)) {
                    smallest = smaller;
                    shrunk = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private static List<JsonValue> smaller(JsonValue value) {
        List<JsonValue> smaller = new ArrayList<>();
        JsonObject object = value.asObject();
        JsonArray array = value.asArray();
        if (!value.equals(JsonValue.NULL)) {
            smaller.add(JsonValue.NULL);
        }
        if (object != null) {
            for (String name : object.members().keySet()) {
                Map<String, JsonValue> less = new LinkedHashMap<>(object.members());
                less.remove(name);
                smaller.add(JsonValue.object(less));
                smaller(Objects.requireNonNull(object.get(name)))
                        .forEach(member -> smaller.add(object.with(name, member)));
            }
        } else if (array != null) {
            for (int i = 0; i < array.items().size(); i++) {
                List<JsonValue> less = new ArrayList<>(array.items());
                less.remove(i);
                smaller.add(JsonValue.array(less));
            }
        }
        return smaller;
    }

    private static List<JsonValue> samples(SeededRandom random) {
        List<JsonValue> samples = new ArrayList<>();
        for (String json :
                List.of("null", "true", "0", "1", "-7", "2.5", "\"\"", "\"text\"", "[]", "{}", "[1,2]", "[2,1]")) {
            samples.add(JsonValue.parse(json));
        }
        for (int i = 0; i < 40; i++) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            for (String name : List.of("a", "b", "c", "n", "tags")) {
                if (random.chance(0.6)) {
                    members.put(
                            name,
                            name.equals("n") ? JsonValue.of(random.nextInt(9)) : random.pick(samples.subList(0, 12)));
                }
            }
            samples.add(JsonValue.object(members));
        }
        return samples;
    }
}
