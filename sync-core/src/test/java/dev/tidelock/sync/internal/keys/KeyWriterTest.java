package dev.tidelock.sync.internal.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.SampleValues;
import dev.tidelock.sync.json.ValueOrder;
import dev.tidelock.sync.spi.store.KeyRange;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyWriterTest {
    private static byte[] key(@Nullable JsonValue... values) {
        KeyWriter key = new KeyWriter();
        for (JsonValue value : values) {
            key.value(value);
        }
        return key.toByteArray();
    }

    /** As far as two keys are whole. */
    private static void requireOrder(int expected, byte[] one, byte[] other, String what) {
        int order = Integer.signum(KeyRange.compare(one, other));
        if (order != 0 || !KeyWriter.isCut(one) || !KeyWriter.isCut(other)) {
            assertEquals(Integer.signum(expected), order, what);
        }
    }

    @Test
    void keys_anyTwoValues_areInTheOrderOfTheValues() {
        SampleValues samples = new SampleValues(11);
        for (int round = 0; round < 300_000; round++) {
            JsonValue a = samples.next();
            JsonValue b = samples.next();
            requireOrder(ValueOrder.compare(a, b), key(a), key(b), a + " and " + b);
        }
    }

    @Test
    void keys_doublesAndIntegersOfAnyBits_areInOrder() {
        Random random = new Random(12);
        JsonValue[] numbers = new JsonValue[2];
        for (int round = 0; round < 500_000; round++) {
            for (int i = 0; i < 2; i++) {
                double any = Double.longBitsToDouble(random.nextLong());
                double near = random.nextInt(64) - 32 + random.nextInt(8) / 8.0;
                numbers[i] = switch (random.nextInt(4)) {
                    case 0 -> JsonValue.of(random.nextLong() >> random.nextInt(64));
                    case 1 -> JsonValue.of(Double.isFinite(any) ? any : 0.5);
                    case 2 -> JsonValue.of(Math.scalb(near, random.nextInt(130)));
                    default -> JsonValue.of(near);
                };
            }
            requireOrder(
                    ValueOrder.compare(numbers[0], numbers[1]),
                    key(numbers[0]),
                    key(numbers[1]),
                    numbers[0] + " and " + numbers[1]);
        }
    }

    @Test
    void keys_ofSeveralValues_areInTheOrderOfTheFirstThenOfTheNext() {
        SampleValues samples = new SampleValues(13);
        for (int round = 0; round < 100_000; round++) {
            JsonValue a = samples.next();
            JsonValue b = round % 2 == 0 ? a : samples.next();
            JsonValue c = samples.next();
            JsonValue d = samples.next();
            int first = ValueOrder.compare(a, b);
            int expected = first != 0 ? first : ValueOrder.compare(c, d);
            requireOrder(expected, key(a, c), key(b, d), a + " " + c + " and " + b + " " + d);
        }
    }

    @Test
    void keys_noneBeginsAnother() {
        SampleValues samples = new SampleValues(14);
        for (int round = 0; round < 100_000; round++) {
            byte[] one = key(samples.next());
            byte[] other = key(samples.next());
            boolean begins = one.length < other.length && Arrays.equals(one, Arrays.copyOf(other, one.length));
            assertTrue(!begins, () -> Arrays.toString(one) + " begins " + Arrays.toString(other));
        }
    }

    @Test
    void keys_long_areCut() {
        String text = "x".repeat(KeyWriter.BYTES_MAX - 1) + "\ud83d\ude00";
        assertEquals(KeyWriter.BYTES_MAX, key(JsonValue.of(text + "1")).length);
        assertTrue(Arrays.equals(key(JsonValue.of(text + "1")), key(JsonValue.of(text + "2"))));
        assertTrue(KeyWriter.isCut(key(JsonValue.of(text))));
    }

    @Test
    void beginning_ofAnyText_beginsItsKey() {
        SampleValues samples = new SampleValues(15);
        for (int round = 0; round < 50_000; round++) {
            String beginning = samples.text();
            byte[] key = key(JsonValue.of(beginning + samples.text()));
            byte[] expected = new KeyWriter().beginning(beginning).toByteArray();
            assertTrue(Arrays.equals(expected, Arrays.copyOf(key, expected.length)), beginning);
        }
    }
}
