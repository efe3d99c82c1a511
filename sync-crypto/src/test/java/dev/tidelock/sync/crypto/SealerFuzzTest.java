package dev.tidelock.sync.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.seal.OpenResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Opening never throws for what an envelope holds. */
class SealerFuzzTest {
    private static final DeviceIdentity AUTHOR = Fixtures.identity(7);
    private static final AesGcmSealer SEALER = new AesGcmSealer(Fixtures.ring(), AUTHOR);
    private static final EnvelopeHash PREVIOUS = EnvelopeHash.ofEnvelope(new byte[1]);

    /** Before the signature. */
    @FuzzTest
    void open(byte[] bytes) {
        Envelope envelope;
        try {
            envelope = Envelope.parse(bytes);
        } catch (EnvelopeFormatException refused) {
            return;
        }
        assertInstanceOf(OpenResult.class, SEALER.open(envelope, AUTHOR.publicKey()));
        byte[] key = envelope.header().authorKey();
        assertInstanceOf(OpenResult.class, SEALER.open(envelope, key == null ? bytes : key));
    }

    /** Behind the signature, before the tag: any epoch, counters and body, signed by their author. */
    @FuzzTest
    void openSigned(byte[] bytes) {
        if (bytes.length < 14 + Envelope.BODY_BYTES_MIN) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        EnvelopeHeader header;
        try {
            header = EnvelopeHeader.of(
                    AUTHOR.device(), in.getLong(), in.getShort() & 0xffff, in.getInt(), PREVIOUS, AUTHOR.publicKey());
        } catch (EnvelopeFormatException refused) {
            return;
        }
        byte[] body = Arrays.copyOfRange(bytes, in.position(), bytes.length);
        byte[] unsigned = Bytes.concat(header.toByteArray(), body);
        byte[] context =
                Bytes.concat("tidelock-envelope-v1".getBytes(StandardCharsets.US_ASCII), Fixtures.SPACE.toByteArray());
        Envelope envelope = Envelope.of(header, body, AUTHOR.sign(Bytes.concat(context, unsigned)));
        OpenResult result = SEALER.open(envelope, AUTHOR.publicKey());
        boolean known = header.keyEpoch() == 1 || header.keyEpoch() == 2;
        assertEquals(
                new OpenResult.Rejected(known ? OpenResult.Reason.BAD_SEAL : OpenResult.Reason.UNKNOWN_EPOCH), result);
    }

    @FuzzTest
    void open_whatWasSealed(byte[] plaintext) {
        Envelope envelope = SEALER.seal(2, 1, PREVIOUS, plaintext.length == 0 ? new byte[1] : plaintext);
        OpenResult.Opened opened = assertInstanceOf(
                OpenResult.Opened.class, SEALER.open(Envelope.parse(envelope.toByteArray()), AUTHOR.publicKey()));
        assertArrayEquals(plaintext.length == 0 ? new byte[1] : plaintext, opened.plaintext());
    }

    /** Before anything: a key and a signature that are neither. */
    @FuzzTest
    void verifySignature(byte[] bytes) {
        byte[] whole = Arrays.copyOf(bytes, Math.max(bytes.length, 96));
        DeviceIdentity.verify(
                Arrays.copyOf(whole, 32),
                Arrays.copyOfRange(whole, 32, 96),
                Arrays.copyOfRange(whole, 96, whole.length));
    }
}
