package dev.tidelock.sync.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValueOrderTest {
    private static final String[] ASCENDING = {
        "null",
        "false",
        "true",
        "-1e300",
        "-9223372036854775808",
        "-4503599627370495.5",
        "-1",
        "-5e-324",
        "0",
        "5e-324",
        "1",
        "1.5",
        "9007199254740992",
        "9007199254740993",
        "9223372036854775807",
        "9.3e18",
        "1e300",
        "\"\"",
        "\"a\"",
        "\"ab\"",
        "\"b\"",
        "\"\uffff\"",
        "\"\ud83d\ude00\"",
        "[]",
        "[null]",
        "[1]",
        "[1,null]",
        "[2]",
        "{}",
        "{\"a\":1}",
        "{\"a\":1,\"b\":0}",
        "{\"a\":2}",
        "{\"b\":0}",
    };

    @Test
    void compare_listed_isAscending() {
        for (int i = 0; i < ASCENDING.length; i++) {
            JsonValue one = JsonValue.parse(ASCENDING[i]);
            assertTrue(ValueOrder.compare(null, one) < 0, "absent comes before " + one);
            for (int j = 0; j < ASCENDING.length; j++) {
                JsonValue other = JsonValue.parse(ASCENDING[j]);
                assertEquals(
                        Integer.signum(Integer.compare(i, j)),
                        Integer.signum(ValueOrder.compare(one, other)),
                        one + " and " + other);
            }
        }
    }

    @Test
    void compare_anyThree_isTotalTransitiveAndAgreesWithEquals() {
        SampleValues samples = new SampleValues(1);
        for (int round = 0; round < 200_000; round++) {
            JsonValue a = samples.next();
            JsonValue b = samples.next();
            JsonValue c = samples.next();
            int ab = Integer.signum(ValueOrder.compare(a, b));
            assertEquals(-ab, Integer.signum(ValueOrder.compare(b, a)), () -> a + " and " + b);
            assertEquals(ab == 0, Objects.equals(a, b), () -> a + " and " + b);
            if (ab <= 0 && ValueOrder.compare(b, c) <= 0) {
                assertTrue(ValueOrder.compare(a, c) <= 0, () -> a + ", " + b + " and " + c);
            }
            requireExact(a, b);
        }
    }

    private static void requireExact(@Nullable JsonValue a, @Nullable JsonValue b) {
        if (a instanceof JsonNumber left && b instanceof JsonNumber right) {
            int exact = exact(left).compareTo(exact(right));
            assertEquals(exact, Integer.signum(ValueOrder.compare(a, b)), () -> a + " and " + b);
        }
    }

    private static BigDecimal exact(JsonNumber number) {
        return number.isInteger() ? BigDecimal.valueOf(number.longValue()) : new BigDecimal(number.doubleValue());
    }
}
