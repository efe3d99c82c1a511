package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.OpenResult;
import dev.tidelock.sync.spi.seal.Sealer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

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
 * <p>A message is sealed under a key derived from that of the epoch: HKDF-SHA-256 without salt, info "tidelock-message-v1".
 *
 * <pre>
 * size  field
 *    4  key epoch
 *   12  nonce
 *    n  ciphertext and 16-byte tag; the associated data is "tidelock-message-v1", the space id, and the context
 * </pre>
 *
 * <p>A blind name is HKDF-SHA-256 of the first epoch's key, without salt: 16 bytes, with the info "tidelock-name-v1", the space id, the kind, a zero byte and the name in UTF-8.
 *
 * <p>An envelope is at most 2 MiB and its nonce is random, so one epoch's key is good for far more envelopes (2^32) than the
 * devices of one user ever write. Safe for use by any number of threads.
 */
final class AesGcmSealer implements Sealer {
    private static final byte[] PURPOSE = "tidelock-envelope-v1".getBytes(StandardCharsets.US_ASCII);
    private static final String MESSAGE = "tidelock-message-v1";
    private static final String NAME = "tidelock-name-v1";

    private final KeyRing ring;
    private final DeviceIdentity identity;
    private final byte[] context;
    private final byte[] messageContext;
    private final Map<Integer, AesGcm> seals = new ConcurrentHashMap<>();
    private final Map<Integer, AesGcm> messageSeals = new ConcurrentHashMap<>();

    AesGcmSealer(KeyRing ring, DeviceIdentity identity) {
        this.ring = ring;
        this.identity = identity;
        this.context = Bytes.concat(PURPOSE, ring.space().toByteArray());
        this.messageContext = Bytes.concat(
                MESSAGE.getBytes(StandardCharsets.US_ASCII), ring.space().toByteArray());
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
    public byte[] sealMessage(byte[] message, byte[] about) {
        int epoch = ring.currentEpoch();
        byte[] named = ByteBuffer.allocate(Integer.BYTES).putInt(epoch).array();
        return Bytes.concat(named, messageSealOf(epoch).seal(message, Bytes.concat(messageContext, about)));
    }

    /** By the key of the first epoch, which every device keeps: so a name stays what it is when the key changes. */
    @Override
    public byte[] blindName(String kind, String name) {
        byte[] key = ring.exportUnprotectedKey(ring.epochs().first());
        try {
            byte[] named = (kind + "\0" + name).getBytes(StandardCharsets.UTF_8);
            byte[] purpose = Bytes.concat(NAME.getBytes(StandardCharsets.US_ASCII), space().toByteArray());
            byte[] info = Bytes.concat(purpose, named);
            return PairingKeys.derive(key, new byte[0], info, BLIND_NAME_BYTES);
        } finally {
            Bytes.wipe(key);
        }
    }

    @Override
    public byte @Nullable [] openMessage(byte[] sealed, byte[] about) {
        if (sealed.length < Integer.BYTES + AesGcm.NONCE_BYTES + AesGcm.TAG_BYTES) {
            return null;
        }
        int epoch = ByteBuffer.wrap(sealed).getInt();
        if (!ring.hasEpoch(epoch)) {
            return null;
        }
        try {
            byte[] body = Arrays.copyOfRange(sealed, Integer.BYTES, sealed.length);
            return messageSealOf(epoch).open(body, Bytes.concat(messageContext, about));
        } catch (GeneralSecurityException doesNotHold) {
            return null;
        }
    }

    /** A key of its own, so that what is sealed as a message can never pass for an envelope, whatever the context. */
    private AesGcm messageSealOf(int epoch) {
        return messageSeals.computeIfAbsent(epoch, this::newMessageSeal);
    }

    private AesGcm newMessageSeal(int epoch) {
        byte[] content = ring.exportUnprotectedKey(epoch);
        byte[] key = PairingKeys.derive(content, MESSAGE, AesGcm.KEY_BYTES);
        try {
            return new AesGcm(key);
        } finally {
            Bytes.wipe(content);
            Bytes.wipe(key);
        }
    }

    @Override
    public String toString() {
        return "AesGcmSealer[space " + space() + ", device " + device() + ", keys redacted]";
    }
}
