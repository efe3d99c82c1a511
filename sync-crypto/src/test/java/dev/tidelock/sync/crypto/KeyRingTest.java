package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.filled;
import static dev.tidelock.sync.crypto.Fixtures.ring;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    @Test
    void newSpace_hasOneEpochAndARandomId() {
        KeyRing ring = KeyRing.newSpace();
        assertEquals(1, ring.currentEpoch());
        assertEquals(Set.of(1), ring.epochs());
        assertNotEquals(ring.space(), KeyRing.newSpace().space());
    }

    @Test
    void withNewEpoch_isCurrentAndKeepsTheOldKeys() {
        KeyRing before = ring();
        KeyRing after = before.withNewEpoch();
        assertEquals(3, after.currentEpoch());
        assertEquals(Set.of(1, 2, 3), after.epochs());
        assertArrayEquals(filled(32, 0x11), after.exportUnprotectedKey(1));
        assertEquals(Set.of(1, 2), before.epochs());
    }

    @Test
    void withEpoch_anotherKeyForAKnownEpoch_isRefused() {
        assertEquals(ring(), ring().withUnprotectedEpoch(1, filled(32, 0x11)));
        Exception refused =
                assertThrows(IllegalArgumentException.class, () -> ring().withUnprotectedEpoch(1, filled(32, 0x12)));
        assertEquals("the ring has another key for epoch 1, and keeps it", refused.getMessage());
    }

    @Test
    void withCurrentEpoch_unknown_isRefused() {
        assertEquals(1, ring().withCurrentEpoch(1).currentEpoch());
        assertThrows(IllegalArgumentException.class, () -> ring().withCurrentEpoch(3));
    }

    @Test
    void ofKeys_outOfRange_saysWhatIsAccepted() {
        assertRefused("key epoch 0; epochs count from 1", Map.of(0, filled(32, 1)), 0);
        assertRefused("a content key has 32 bytes, not 16", Map.of(1, filled(16, 1)), 1);
        assertRefused("the current epoch is 2, but the ring has no key for it", Map.of(1, filled(32, 1)), 2);
    }

    private static void assertRefused(String message, Map<Integer, byte[]> keys, int current) {
        Exception refused = assertThrows(
                IllegalArgumentException.class, () -> KeyRing.ofUnprotectedKeys(Fixtures.SPACE, keys, current));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void withNewEpoch_pastTheMost_isRefused() {
        KeyRing ring = KeyRing.newSpace();
        while (ring.epochs().size() < KeyRing.EPOCHS_MAX) {
            ring = ring.withNewEpoch();
        }
        assertThrows(IllegalArgumentException.class, ring::withNewEpoch);
    }

    @Test
    void equals_comparesSpaceCurrentAndEveryKey() {
        assertEquals(ring(), ring());
        assertEquals(ring().hashCode(), ring().hashCode());
        assertNotEquals(ring(), ring().withCurrentEpoch(1));
        assertNotEquals(ring(), ring().withUnprotectedEpoch(3, filled(32, 0x33)));
        KeyRing otherKey =
                KeyRing.ofUnprotectedKeys(Fixtures.SPACE, Map.of(1, filled(32, 0x11), 2, filled(32, 0x23)), 2);
        assertNotEquals(ring(), otherKey);
    }

    @Test
    void arraysHandedInAndOut_changed_doNotChangeTheRing() {
        byte[] key = filled(32, 5);
        KeyRing ring = KeyRing.ofUnprotectedKeys(Fixtures.SPACE, Map.of(1, key), 1);
        key[0] ^= 1;
        ring.exportUnprotectedKey(1)[0] ^= 1;
        ring.epochs().clear();
        assertArrayEquals(filled(32, 5), ring.exportUnprotectedKey(1));
        assertTrue(ring.hasEpoch(1));
        assertFalse(ring.hasEpoch(2));
    }
}
