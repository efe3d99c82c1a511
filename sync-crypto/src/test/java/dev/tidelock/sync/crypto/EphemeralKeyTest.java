package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.filled;
import static dev.tidelock.sync.crypto.Fixtures.hex;
import static dev.tidelock.sync.crypto.Fixtures.unhex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.InvalidKeyException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EphemeralKeyTest {
    /** With these, and with the same ones with the top bit set, everybody would agree on zeros. */
    static final List<String> SMALL_ORDER = List.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

    /** RFC 7748, section 6.1. */
    @Test
    void agree_rfc7748Vector_isThatOfTheStandard() throws Exception {
        EphemeralKey alice = EphemeralKey.ofUnprotectedPrivateKey(
                unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
        EphemeralKey bob = EphemeralKey.ofUnprotectedPrivateKey(
                unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
        assertEquals("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", hex(alice.publicKey()));
        assertEquals("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", hex(bob.publicKey()));
        String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
        assertEquals(shared, hex(alice.agree(bob.publicKey())));
        assertEquals(shared, hex(bob.agree(alice.publicKey())));
    }

    @Test
    void generate_twice_givesDifferentKeysThatAgree() throws Exception {
        EphemeralKey one = EphemeralKey.generate();
        EphemeralKey other = EphemeralKey.generate();
        assertNotEquals(hex(one.publicKey()), hex(other.publicKey()));
        assertArrayEquals(one.agree(other.publicKey()), other.agree(one.publicKey()));
    }

    @Test
    void agree_smallOrderInAnyEncoding_isRefused() {
        EphemeralKey own = EphemeralKey.generate();
        for (String encoding : SMALL_ORDER) {
            byte[] point = unhex(encoding);
            assertThrows(InvalidKeyException.class, () -> own.agree(point), encoding);
            point[31] ^= (byte) 0x80;
            assertThrows(InvalidKeyException.class, () -> own.agree(point), encoding + ", top bit set");
        }
    }

    @Test
    void agree_wrongLength_isRefused() {
        EphemeralKey own = EphemeralKey.generate();
        for (int length : new int[] {0, 31, 33}) {
            assertThrows(InvalidKeyException.class, () -> own.agree(filled(length, 9)));
        }
    }

    @Test
    void agree_afterClose_isRefused() {
        EphemeralKey own = EphemeralKey.generate();
        own.close();
        assertThrows(IllegalStateException.class, () -> own.agree(filled(32, 9)));
        own.close();
    }

    @Test
    void toString_showsNoKey() {
        assertEquals("EphemeralKey[redacted]", EphemeralKey.generate().toString());
    }
}
