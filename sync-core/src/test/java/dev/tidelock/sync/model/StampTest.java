package dev.tidelock.sync.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StampTest {
    private static final DeviceId DEVICE = DeviceId.of(new byte[16]);

    @Test
    void tick_aWallClockThatStandsOrGoesBack_stillGoesOn() {
        HybridClock clock = HybridClock.START.tick(1_000);
        HybridClock stood = clock.tick(1_000);
        HybridClock back = stood.tick(10);
        assertTrue(clock.reading() < stood.reading() && stood.reading() < back.reading());
        assertEquals(1_000, new Stamp(back.reading(), DEVICE).millis());
    }

    @Test
    void tick_moreThanACounterHolds_carriesIntoTheMilliseconds() {
        HybridClock clock = HybridClock.START.tick(1_000);
        for (int i = 0; i < 1 << 16; i++) {
            clock = clock.tick(1_000);
        }
        assertEquals(1_001, new Stamp(clock.reading(), DEVICE).millis());
    }

    @Test
    void tick_afterObserving_isHigher() {
        HybridClock clock = HybridClock.START
                .tick(1_000)
                .observe(HybridClock.START.tick(9_000).reading());
        assertEquals(9_000, new Stamp(clock.tick(1_000).reading(), DEVICE).millis());
    }

    @Test
    void recordKey_order_isThatOfUtf8() {
        Random random = new Random(4);
        int[] codePoints = {0x41, 0xe9, 0x20ac, 0xfb33, 0x1f600, 0xffff, 0x10000};
        List<RecordKey> keys = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            StringBuilder id = new StringBuilder();
            for (int j = 0; j <= random.nextInt(3); j++) {
                id.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
            }
            keys.add(new RecordKey("c", id.toString()));
        }
        for (RecordKey one : keys) {
            for (RecordKey other : keys) {
                int bytes = Arrays.compareUnsigned(
                        one.id().getBytes(StandardCharsets.UTF_8), other.id().getBytes(StandardCharsets.UTF_8));
                assertEquals(Integer.signum(bytes), Integer.signum(one.compareTo(other)));
            }
        }
    }

    @Test
    void recordKey_collectionWithoutAName_isTheEnginesOwn() {
        assertEquals(new RecordKey("", "a"), RecordKey.control("a"));
        assertTrue(RecordKey.control("a").isControl());
        assertFalse(new RecordKey("a", "a").isControl());
    }

    @Test
    void recordKey_namesOutOfBounds_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> RecordKey.requireCollection(""));
        assertThrows(IllegalArgumentException.class, () -> new RecordKey("x".repeat(201), "a"));
        assertThrows(IllegalArgumentException.class, () -> new RecordKey("a", ""));
        assertThrows(IllegalArgumentException.class, () -> new RecordKey("a", "x".repeat(1001)));
        assertThrows(IllegalArgumentException.class, () -> new RecordKey("a", "\ud800"));
    }
}
