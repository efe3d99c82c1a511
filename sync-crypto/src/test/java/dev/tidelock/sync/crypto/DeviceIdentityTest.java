package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.hex;
import static dev.tidelock.sync.crypto.Fixtures.unhex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.crypto.tink.subtle.Ed25519Sign;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceIdentityTest {
    /** RFC 8032, section 7.1, test 3. */
    private static final byte[] RFC_KEY = unhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");

    @Test
    void sign_rfc8032Vector_isThatOfTheStandard() {
        DeviceIdentity identity = DeviceIdentity.ofUnprotectedPrivateKey(RFC_KEY);
        assertEquals("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", hex(identity.publicKey()));
        assertEquals(
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
                hex(identity.sign(unhex("af82"))));
    }

    @Test
    void device_ofGeneratedIdentity_belongsToItsPublicKey() {
        DeviceIdentity identity = DeviceIdentity.generate();
        assertEquals(EnvelopeHeader.deviceOf(identity.publicKey()), identity.device());
        assertNotEquals(identity, DeviceIdentity.generate());
    }

    @Test
    void export_thenImport_isTheSameDevice() {
        DeviceIdentity identity = DeviceIdentity.generate();
        DeviceIdentity again = DeviceIdentity.ofUnprotectedPrivateKey(identity.exportUnprotectedPrivateKey());
        assertEquals(identity, again);
        assertEquals(identity.hashCode(), again.hashCode());
        assertArrayEquals(identity.publicKey(), again.publicKey());
    }

    @Test
    void verify_anyBitOfTheSignatureFlipped_isFalse() {
        DeviceIdentity identity = DeviceIdentity.ofUnprotectedPrivateKey(RFC_KEY);
        byte[] message = {1, 2, 3};
        byte[] signature = identity.sign(message);
        assertTrue(DeviceIdentity.verify(identity.publicKey(), signature, message));
        for (int bit = 0; bit < signature.length * 8; bit++) {
            byte[] bent = signature.clone();
            bent[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(DeviceIdentity.verify(identity.publicKey(), bent, message), "bit " + bit);
        }
    }

    @Test
    void signatures_areThoseOfAnotherLibrary() throws Exception {
        for (int length = 0; length < 200; length += 7) {
            Ed25519Sign.KeyPair pair = Ed25519Sign.KeyPair.newKeyPair();
            DeviceIdentity identity = DeviceIdentity.ofUnprotectedPrivateKey(pair.getPrivateKey());
            byte[] message = Arrays.copyOf(pair.getPublicKey(), length);
            assertArrayEquals(pair.getPublicKey(), identity.publicKey());
            assertArrayEquals(new Ed25519Sign(pair.getPrivateKey()).sign(message), identity.sign(message));
        }
    }

    @Test
    void verify_keysOfSmallOrder_orOfNoPoint_isFalse() {
        byte[] signature = new byte[DeviceIdentity.SIGNATURE_BYTES];
        for (String key : List.of(
                "0100000000000000000000000000000000000000000000000000000000000000", // the neutral element
                "0000000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "0200000000000000000000000000000000000000000000000000000000000000", // not on the curve
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")) {
            signature[0] = 1; // R is the neutral element, S is zero: what a key of small order would let through
            assertFalse(DeviceIdentity.verify(unhex(key), signature, new byte[] {1, 2, 3}), key);
        }
    }

    @Test
    void verify_wrongLengths_isFalse() {
        DeviceIdentity identity = DeviceIdentity.ofUnprotectedPrivateKey(RFC_KEY);
        byte[] signature = identity.sign(new byte[0]);
        assertFalse(DeviceIdentity.verify(new byte[31], signature, new byte[0]));
        assertFalse(DeviceIdentity.verify(new byte[0], signature, new byte[0]));
        assertFalse(DeviceIdentity.verify(identity.publicKey(), new byte[63], new byte[0]));
        assertFalse(DeviceIdentity.verify(identity.publicKey(), new byte[0], new byte[0]));
    }

    @Test
    void import_wrongLength_saysWhatIsAccepted() {
        Exception refused = assertThrows(
                IllegalArgumentException.class, () -> DeviceIdentity.ofUnprotectedPrivateKey(new byte[31]));
        assertEquals("a device's private key has 32 bytes, not 31", refused.getMessage());
    }

    @Test
    void arraysHandedOut_changed_doNotChangeTheIdentity() {
        DeviceIdentity identity = DeviceIdentity.ofUnprotectedPrivateKey(RFC_KEY);
        identity.publicKey()[0] ^= 1;
        identity.exportUnprotectedPrivateKey()[0] ^= 1;
        assertEquals(DeviceIdentity.ofUnprotectedPrivateKey(RFC_KEY), identity);
    }
}
