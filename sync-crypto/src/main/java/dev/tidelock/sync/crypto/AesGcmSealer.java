package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.OpenResult;
import dev.tidelock.sync.spi.seal.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Seals with AES-256-GCM under the key of an epoch, and signs with the device's Ed25519 key, as {@code docs/protocol.md}
 * section 3 says. Both bind every byte of the envelope to the space:
 *
 * <pre>
 * size  field
 *   20  "tidelock-envelope-v1"     \
 *   16  space id                    | associated data of the seal   \
 *    h  header, 64 or 96 bytes     /                                 | what the signature covers
 *    n  sealed body: nonce (12), ciphertext, tag (16)               /
 * </pre>
 *
 * <p>An envelope is at most 2 MiB and its nonce is random, so one epoch's key is good for far more envelopes (2^32) than the
 * devices of one user ever write. Safe for use by any number of threads.
 */
final class AesGcmSealer implements Sealer {
    private static final byte[] PURPOSE = "tidelock-envelope-v1".getBytes(StandardCharsets.US_ASCII);

    private final KeyRing ring;
    private final DeviceIdentity identity;
    private final byte[] context;
    private final Map<Integer, AesGcm> seals = new ConcurrentHashMap<>();

    AesGcmSealer(KeyRing ring, DeviceIdentity identity) {
        this.ring = ring;
        this.identity = identity;
        this.context = Bytes.concat(PURPOSE, ring.space().toByteArray());
    }

    @Override
    public SpaceId space() {
        return ring.space();
    }

    @Override
    public DeviceId device() {
        return identity.device();
    }

    @Override
    public Envelope seal(long firstCounter, int eventCount, EnvelopeHash previous, byte[] plaintext) {
        int epoch = ring.currentEpoch();
        EnvelopeHeader header =
                EnvelopeHeader.of(identity.device(), firstCounter, eventCount, epoch, previous, identity.publicKey());
        byte[] associatedData = Bytes.concat(context, header.toByteArray());
        byte[] body = sealOf(epoch).seal(plaintext, associatedData);
        return Envelope.of(header, body, identity.sign(Bytes.concat(associatedData, body)));
    }

    @Override
    public OpenResult open(Envelope envelope, byte[] authorKey) {
        byte[] bytes = envelope.toByteArray();
        int signedBytes = bytes.length - Envelope.SIGNATURE_BYTES;
        byte[] signed = Bytes.concat(context, Arrays.copyOf(bytes, signedBytes));
        if (!isKeyOf(envelope.header().device(), authorKey)
                || !DeviceIdentity.verify(authorKey, envelope.signature(), signed)) {
            return new OpenResult.Rejected(OpenResult.Reason.BAD_SIGNATURE);
        }
        int epoch = envelope.header().keyEpoch();
        if (!ring.hasEpoch(epoch)) {
            return new OpenResult.Rejected(OpenResult.Reason.UNKNOWN_EPOCH);
        }
        byte[] body = envelope.body();
        try {
            byte[] associatedData = Arrays.copyOf(signed, signed.length - body.length);
            return new OpenResult.Opened(sealOf(epoch).open(body, associatedData));
        } catch (GeneralSecurityException doesNotHold) {
            return new OpenResult.Rejected(OpenResult.Reason.BAD_SEAL);
        }
    }

    /** A key that belongs to another device cannot be its author's, whatever it signed. */
    private static boolean isKeyOf(DeviceId device, byte[] key) {
        return key.length == EnvelopeHeader.PUBLIC_KEY_BYTES
                && EnvelopeHeader.deviceOf(key).equals(device);
    }

    private AesGcm sealOf(int epoch) {
        return seals.computeIfAbsent(epoch, this::newSeal);
    }

    private AesGcm newSeal(int epoch) {
        byte[] key = ring.exportUnprotectedKey(epoch);
        try {
            return new AesGcm(key);
        } finally {
            Bytes.wipe(key);
        }
    }

    @Override
    public String toString() {
        return "AesGcmSealer[space " + space() + ", device " + device() + ", keys redacted]";
    }
}
