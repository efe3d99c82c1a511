package dev.tidelock.sync.testkit;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Comparison;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records and queries from a seed: few different values of every type, so that queries find something, and some that are close, long, or odd. */
final class RandomQueries {
    private static final List<String> PATHS = List.of("a", "b", "t", "n.x", "tags", "tags[0]", "$", "\"odd name\"");
    private static final List<String> WORDS =
            List.of("alpha", "Beta", "GAMMA", "alpine", "été", "ete", "be", "東京", "x1", "ΟΔΟΣ");
    private static final List<String> IDS =
            List.of("a", "b", "ab", "é", "\uffff", "\ud83d\ude00", "r", "'; --", "\u0001");
    private static final List<Index> INDEXES = List.of(
            Index.on("a"),
            Index.on("b"),
            Index.on("t"),
            Index.on("b", "a"),
            Index.on("b", "t"),
            Index.on("t", "b"),
            Index.on("n.x", "b", "a"),
            Index.on("tags[0]"),
            Index.on("$"),
            Index.fullText("t"),
            Index.fullText("t", "tags"),
            Index.fullText("$"));

    private final SeededRandom random;
    private final String longText;

    RandomQueries(SeededRandom random) {
        this.random = random;
        char[] many = new char[395];
        Arrays.fill(many, 'l');
        this.longText = new String(many);
    }

    List<Index> indexes() {
        List<Index> chosen = new ArrayList<>();
        for (Index index : INDEXES) {
            if (random.chance(0.3)) {
                chosen.add(index);
            }
        }
        return chosen;
    }

    String id() {
        return random.pick(IDS) + random.nextInt(40);
    }

    JsonValue record() {
        if (random.chance(0.05)) {
            return scalar();
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        maybe(members, "a", scalar());
        maybe(members, "b", JsonValue.of(random.nextInt(4)));
        maybe(members, "t", JsonValue.of(text()));
        maybe(members, "odd name", scalar());
        maybe(members, "n", JsonValue.object(Map.of("x", scalar())));
        maybe(members, "tags", array());
        return JsonValue.object(members);
    }

    private void maybe(Map<String, JsonValue> members, String name, JsonValue value) {
        if (random.chance(0.85)) {
            members.put(name, value);
        }
    }

    private JsonValue array() {
        List<JsonValue> items = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            items.add(random.chance(0.2) ? scalar() : JsonValue.of(random.pick(WORDS)));
        }
        return JsonValue.array(items);
    }

    private String text() {
        if (random.chance(0.15)) {
            return longText + random.nextInt(3) + longText + random.nextInt(3);
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(random.pick(WORDS)).append(i > 1 ? " " : "");
        }
        return text.toString();
    }

    private JsonValue scalar() {
        return switch (random.nextInt(10)) {
            case 0 -> JsonValue.NULL;
            case 1 -> JsonValue.of(random.chance(0.5));
            case 2, 3 -> JsonValue.of(random.nextInt(5) - 2);
            case 4 -> JsonValue.of((random.nextInt(9) - 4) / 2.0);
            case 5 -> JsonValue.of(random.pick(List.of(0x1p63, -0x1p64, 1e300, 5e-324, -1e-300)));
            case 6 -> JsonValue.of(random.pick(List.of(Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53)));
            case 7 -> array();
            case 8 -> JsonValue.object(Map.of("x", JsonValue.of(random.nextInt(2))));
            default -> JsonValue.of(text());
        };
    }

    Query query() {
        Query query = random.chance(0.2) ? Query.all() : Query.matching(condition(2));
        if (random.chance(0.1)) {
            query = query.withIdPrefix(random.pick(IDS));
        }
        while (random.chance(0.45)) {
            String path = random.pick(PATHS);
            if (query.orders().size() < Query.ORDERS_MAX) {
                query = random.chance(0.5) ? query.orderBy(path) : query.orderByDescending(path);
            }
        }
        query = random.chance(0.5) ? query.limit(random.nextInt(30)) : query;
        return random.chance(0.3) ? query.offset(random.nextInt(20)) : query;
    }

    private Condition condition(int depth) {
        int kind = random.nextInt(depth == 0 ? 8 : 12);
        String path = random.pick(PATHS);
        return switch (kind) {
            case 0, 1 -> Condition.compare(path, random.pick(List.of(Comparison.values())), scalar());
            case 2 -> Condition.compare("b", random.pick(List.of(Comparison.values())), random.nextInt(4));
            case 3 -> Condition.in(path, scalar(), scalar(), JsonValue.of(random.nextInt(3)));
            case 4 -> Condition.exists(path);
            case 5 -> Condition.contains("tags", random.chance(0.2) ? scalar() : JsonValue.of(random.pick(WORDS)));
            case 6 -> Condition.startsWith(random.pick(PATHS), beginning());
            case 7 -> Condition.matches(words(), random.chance(0.5) ? "t" : "tags");
            case 8, 9 -> Condition.and(condition(depth - 1), condition(depth - 1));
            case 10 -> Condition.or(condition(depth - 1), condition(depth - 1));
            default -> Condition.not(condition(depth - 1));
        };
    }

    private String beginning() {
        String text = text();
        int end = text.isEmpty() ? 0 : random.nextInt(text.length() + 1);
        return text.substring(0, end);
    }

    private String words() {
        String word = random.pick(WORDS);
        String first = random.chance(0.4) ? word.substring(0, 1) + "*" : word;
        return random.chance(0.3) ? first + " " + random.pick(WORDS) : first;
    }
}
