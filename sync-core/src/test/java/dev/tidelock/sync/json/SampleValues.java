package dev.tidelock.sync.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Values of every type, many of them close to each other. */
public final class SampleValues {
    private static final String[] TEXTS = {
        "", "a", "A", "ab", "a\u0000", "a\u0001b", "é", "e\u0301", "\uffff", "\ud83d\ude00", "z"
    };
    private static final double[] DOUBLES = {
        0.5,
        -0.5,
        1e-300,
        -1e-300,
        5e-324,
        -5e-324,
        0x1p63,
        -0x1p64,
        1.5e300,
        -1.5e300,
        4503599627370495.5,
        -4503599627370495.5
    };
    private static final long[] LONGS = {
        0, 1, -1, 2, 255, 256, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, (1L << 53) + 1, -(1L << 53) - 1
    };

    private final Random random;

    public SampleValues(long seed) {
        random = new Random(seed);
    }

    /** A value, or null for an absent one. */
    public @Nullable JsonValue next() {
        return random.nextInt(12) == 0 ? null : value(3);
    }

    private JsonValue value(int depth) {
        return switch (random.nextInt(depth == 0 ? 7 : 9)) {
            case 0 -> JsonValue.NULL;
            case 1 -> JsonValue.of(random.nextBoolean());
            case 2 -> JsonValue.of(LONGS[random.nextInt(LONGS.length)]);
            case 3 -> JsonValue.of(DOUBLES[random.nextInt(DOUBLES.length)]);
            case 4 -> JsonValue.of(random.nextLong() >> random.nextInt(64));
            case 5 -> JsonValue.of(finite());
            case 6 -> JsonValue.of(text());
            case 7 -> array(depth);
            default -> object(depth);
        };
    }

    private double finite() {
        double any = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(any) ? any : random.nextGaussian();
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        for (int parts = random.nextInt(3); parts >= 0; parts--) {
            text.append(TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }

    private JsonValue array(int depth) {
        List<JsonValue> items = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            items.add(value(depth - 1));
        }
        return JsonValue.array(items);
    }

    private JsonValue object(int depth) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            members.put(text(), value(depth - 1));
        }
        return JsonValue.object(members);
    }
}
