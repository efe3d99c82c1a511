package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.filled;
import static dev.tidelock.sync.crypto.Fixtures.identity;
import static dev.tidelock.sync.crypto.Fixtures.keys;
import static dev.tidelock.sync.crypto.Fixtures.ring;
import static dev.tidelock.sync.crypto.Fixtures.withByteChanged;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.OpenResult;
import dev.tidelock.sync.spi.seal.OpenResult.Reason;
import dev.tidelock.sync.spi.seal.Sealer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AesGcmSealerTest {
    private static final byte[] PLAINTEXT = filled(100, 0x5a);
    private static final EnvelopeHash PREVIOUS = EnvelopeHash.of(filled(32, 9));

    private final SpaceKeys keys = keys();
    private final Sealer sealer = keys.sealer();
    private final byte[] authorKey = keys.identity().publicKey();

    @Test
    void seal_thenOpen_givesThePlaintext() {
        Envelope first = sealer.seal(1, 3, EnvelopeHash.NONE, PLAINTEXT);
        Envelope next = sealer.seal(4, 1, first.hash(), new byte[1]);
        assertArrayEquals(PLAINTEXT, opened(sealer.open(first, authorKey)));
        assertArrayEquals(new byte[1], opened(sealer.open(next, authorKey)));
        assertEquals(keys.space(), sealer.space());
        assertEquals(keys.device(), sealer.device());
    }

    @Test
    void seal_writesTheHeaderThatWasAskedFor() {
        EnvelopeHeader header = sealer.seal(4, 7, PREVIOUS, PLAINTEXT).header();
        assertEquals(EnvelopeHeader.of(keys.device(), 4, 7, 2, PREVIOUS, authorKey), header);
    }

    @Test
    void seal_twice_neverGivesTheSameBody() {
        Envelope one = sealer.seal(4, 1, PREVIOUS, PLAINTEXT);
        Envelope other = sealer.seal(4, 1, PREVIOUS, PLAINTEXT);
        assertNotEquals(one.hash(), other.hash());
        assertFalse(Arrays.equals(Arrays.copyOf(one.body(), 12), Arrays.copyOf(other.body(), 12)), "same nonce");
    }

    @Test
    void seal_outOfRange_isRefused() {
        assertThrows(EnvelopeFormatException.class, () -> sealer.seal(4, 1, PREVIOUS, new byte[0]));
        assertThrows(EnvelopeFormatException.class, () -> sealer.seal(4, 1, PREVIOUS, new byte[Envelope.BYTES_MAX]));
        assertThrows(EnvelopeFormatException.class, () -> sealer.seal(4, 0, PREVIOUS, PLAINTEXT));
    }

    @Test
    void open_byAnotherDeviceOfTheSpace_givesThePlaintext() {
        Sealer other = SpaceKeys.of(ring(), identity(8)).sealer();
        assertArrayEquals(PLAINTEXT, opened(other.open(sealer.seal(4, 1, PREVIOUS, PLAINTEXT), authorKey)));
    }

    @Test
    void open_envelopeOfAnOlderEpoch_givesThePlaintext() {
        SpaceKeys later = keys.withRing(keys.ring().withNewEpoch());
        Envelope old = sealer.seal(4, 1, PREVIOUS, PLAINTEXT);
        assertArrayEquals(PLAINTEXT, opened(later.sealer().open(old, authorKey)));
        assertEquals(
                Reason.UNKNOWN_EPOCH, rejected(sealer.open(later.sealer().seal(4, 1, PREVIOUS, PLAINTEXT), authorKey)));
    }

    @Test
    void open_anyByteFlipped_isRejected() {
        for (Envelope whole :
                new Envelope[] {sealer.seal(1, 3, EnvelopeHash.NONE, PLAINTEXT), sealer.seal(4, 3, PREVIOUS, PLAINTEXT)
                }) {
            byte[] bytes = whole.toByteArray();
            for (int i = 0; i < bytes.length; i++) {
                assertRejected(withByteChanged(bytes, i), "byte " + i + " was changed and nobody noticed");
            }
        }
    }

    @Test
    void open_truncatedOrExtended_isRejected() {
        byte[] bytes = sealer.seal(1, 3, EnvelopeHash.NONE, PLAINTEXT).toByteArray();
        for (int length = 0; length < bytes.length; length++) {
            assertRejected(Arrays.copyOf(bytes, length), "cut to " + length + " bytes and nobody noticed");
            assertRejected(Arrays.copyOfRange(bytes, bytes.length - length, bytes.length), "start cut off");
        }
        assertRejected(Arrays.copyOf(bytes, bytes.length + 1), "a byte was added and nobody noticed");
    }

    private void assertRejected(byte[] bent, String problem) {
        try {
            assertInstanceOf(OpenResult.Rejected.class, sealer.open(Envelope.parse(bent), authorKey), problem);
        } catch (EnvelopeFormatException noEnvelopeAtAll) {
            // just as good: it never reaches a sealer
        }
    }

    @Test
    void open_inAnotherSpaceWithTheSameKeys_isRejected() {
        SpaceId elsewhere = SpaceId.of(filled(16, 1));
        KeyRing sameKeys = KeyRing.ofUnprotectedKeys(
                elsewhere, Map.of(1, ring().exportUnprotectedKey(1), 2, ring().exportUnprotectedKey(2)), 2);
        Sealer other = SpaceKeys.of(sameKeys, identity(8)).sealer();
        assertEquals(Reason.BAD_SIGNATURE, rejected(other.open(sealer.seal(4, 1, PREVIOUS, PLAINTEXT), authorKey)));
    }

    @Test
    void open_bodyUnderAnotherHeader_isRejectedEvenIfItsAuthorSignedThat() {
        Envelope genuine = sealer.seal(4, 1, PREVIOUS, PLAINTEXT);
        EnvelopeHeader other = EnvelopeHeader.of(keys.device(), 5, 1, 2, PREVIOUS, authorKey);
        assertEquals(
                Reason.BAD_SIGNATURE,
                rejected(sealer.open(Envelope.of(other, genuine.body(), genuine.signature()), authorKey)));
        assertEquals(Reason.BAD_SEAL, rejected(sealer.open(signed(other, genuine.body()), authorKey)));
        assertArrayEquals(PLAINTEXT, opened(sealer.open(signed(genuine.header(), genuine.body()), authorKey)));
    }

    @Test
    void open_bodyOfAnotherDevice_isRejectedEvenIfSignedAgain() {
        Envelope theirs = SpaceKeys.of(ring(), identity(8)).sealer().seal(4, 1, PREVIOUS, PLAINTEXT);
        EnvelopeHeader mine = EnvelopeHeader.of(keys.device(), 4, 1, 2, PREVIOUS, authorKey);
        assertEquals(Reason.BAD_SEAL, rejected(sealer.open(signed(mine, theirs.body()), authorKey)));
    }

    @Test
    void open_everyBitOfTheBodyFlippedAndSignedAgain_isABadSeal() {
        Envelope genuine = sealer.seal(4, 1, PREVIOUS, new byte[8]);
        for (int bit = 0; bit < genuine.body().length * 8; bit++) {
            byte[] body = genuine.body();
            body[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(
                    Reason.BAD_SEAL, rejected(sealer.open(signed(genuine.header(), body), authorKey)), "bit " + bit);
        }
    }

    @Test
    void open_withTheKeyOfAnotherDevice_isABadSignature() {
        Envelope mine = sealer.seal(4, 1, PREVIOUS, PLAINTEXT);
        assertEquals(
                Reason.BAD_SIGNATURE, rejected(sealer.open(mine, identity(8).publicKey())));
        assertEquals(Reason.BAD_SIGNATURE, rejected(sealer.open(mine, new byte[0])));
        assertEquals(Reason.BAD_SIGNATURE, rejected(sealer.open(mine, new byte[32])));
        // Somebody claims this device's id, and supplies a key of his own to check it by.
        EnvelopeHeader header = EnvelopeHeader.of(keys.device(), 4, 1, 2, PREVIOUS, authorKey);
        Envelope forged = signedBy(identity(8), header, mine.body());
        assertEquals(
                Reason.BAD_SIGNATURE, rejected(sealer.open(forged, identity(8).publicKey())));
    }

    @Test
    void open_unknownEpoch_isToldApartOnlyIfTheSignatureHolds() {
        EnvelopeHeader header = EnvelopeHeader.of(keys.device(), 4, 1, 99, PREVIOUS, authorKey);
        assertEquals(Reason.UNKNOWN_EPOCH, rejected(sealer.open(signed(header, new byte[40]), authorKey)));
        assertEquals(
                Reason.BAD_SIGNATURE,
                rejected(sealer.open(Envelope.of(header, new byte[40], new byte[64]), authorKey)));
    }

    @Test
    void open_randomBytesSignedByAMember_neverThrows() {
        Random random = new Random(20261104);
        for (int i = 0; i < 300; i++) {
            byte[] body = new byte[Envelope.BODY_BYTES_MIN + random.nextInt(200)];
            random.nextBytes(body);
            int epoch = 1 + random.nextInt(3);
            EnvelopeHeader header = EnvelopeHeader.of(keys.device(), 4, 1, epoch, PREVIOUS, authorKey);
            assertInstanceOf(OpenResult.Rejected.class, sealer.open(signed(header, body), authorKey), "round " + i);
        }
    }

    private Envelope signed(EnvelopeHeader header, byte[] body) {
        return signedBy(keys.identity(), header, body);
    }

    private Envelope signedBy(DeviceIdentity signer, EnvelopeHeader header, byte[] body) {
        byte[] message = Bytes.concat(
                "tidelock-envelope-v1".getBytes(StandardCharsets.US_ASCII),
                keys.space().toByteArray());
        message = Bytes.concat(Bytes.concat(message, header.toByteArray()), body);
        return Envelope.of(header, body, signer.sign(message));
    }

    private static byte[] opened(OpenResult result) {
        return assertInstanceOf(OpenResult.Opened.class, result).plaintext();
    }

    private static Reason rejected(OpenResult result) {
        return assertInstanceOf(OpenResult.Rejected.class, result).reason();
    }
}
