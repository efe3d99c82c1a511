package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.counting;
import static dev.tidelock.sync.crypto.Fixtures.filled;
import static dev.tidelock.sync.crypto.Fixtures.unhex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.crypto.PairingException.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PairingAnswerSealTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    private final PairingKeys pairing = new PairingKeys(counting());
    private final EphemeralKey joiner = EphemeralKey.generate();

    private byte[] sealed() throws Exception {
        return PairingAnswerSeal.to(pairing, joiner.publicKey()).seal(MESSAGE);
    }

    @Test
    void open_byTheJoiner_givesTheMessage() throws Exception {
        byte[] content = sealed();
        assertEquals(MESSAGE.length + PairingAnswerSeal.OVERHEAD_BYTES, content.length);
        assertArrayEquals(MESSAGE, pairing.openAnswer(joiner, content));
    }

    @Test
    void seal_twiceForOneRequest_usesAnotherEphemeralKey() throws Exception {
        assertFalse(Arrays.equals(ReferencePairing.inviterOf(sealed()), ReferencePairing.inviterOf(sealed())));
    }

    /** The top bit of the inviter's key is among them, which X25519 itself does not look at. */
    @Test
    void open_anyBitChanged_isTampered() throws Exception {
        byte[] content = sealed();
        for (int bit = 0; bit < content.length * 8; bit++) {
            byte[] bent = content.clone();
            bent[bit / 8] ^= (byte) (1 << (bit % 8));
            assertTampered(pairing, joiner, bent, "bit " + bit);
        }
    }

    @Test
    void open_anyOtherLength_isTampered() throws Exception {
        byte[] content = sealed();
        for (int length = 0; length <= content.length + 20; length++) {
            if (length != content.length) {
                assertTampered(pairing, joiner, Arrays.copyOf(content, length), length + " bytes");
            }
        }
    }

    @Test
    void open_withAnotherEphemeralKeyOrSecret_isTampered() throws Exception {
        assertTampered(pairing, EphemeralKey.generate(), sealed(), "another joiner");
        assertTampered(new PairingKeys(filled(32, 1)), joiner, sealed(), "another secret");
    }

    @Test
    void open_inviterKeyOfSmallOrder_isTampered() throws Exception {
        byte[] content = sealed();
        for (String encoding : EphemeralKeyTest.SMALL_ORDER) {
            System.arraycopy(unhex(encoding), 0, content, 0, 32);
            assertTampered(pairing, joiner, content, encoding);
        }
    }

    @Test
    void open_afterTheJoinerHasClosedItsKey_isImpossible() throws Exception {
        byte[] content = sealed();
        joiner.close();
        assertThrows(IllegalStateException.class, () -> pairing.openAnswer(joiner, content));
    }

    private static void assertTampered(PairingKeys pairing, EphemeralKey joiner, byte[] content, String what) {
        PairingException refused =
                assertThrows(PairingException.class, () -> pairing.openAnswer(joiner, content), what);
        assertEquals(Kind.TAMPERED, refused.kind(), what);
    }
}
