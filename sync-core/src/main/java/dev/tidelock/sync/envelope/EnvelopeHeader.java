package dev.tidelock.sync.envelope;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of an envelope that is not sealed, and all that a relay can read of it. Associated data of the seal, and covered by
 * the author's signature: no byte of it can be changed unnoticed.
 *
 * <pre>
 * offset  size  field (numbers are big endian)
 *      0     1  format version, now 1; any other value is refused
 *      1     1  flags: bit 0 says that the author's public key follows the fixed part; all other bits are 0
 *      2    16  device id of the author
 *     18     8  counter of the first event; 0 if there are no events
 *     26     2  number of events; 0 in an envelope that only confirms
 *     28     4  key epoch, from 1
 *     32    32  hash of the device's previous envelope; zeros in its first one
 *     64   (32) Ed25519 public key of the author: there exactly when the first counter is 1
 * </pre>
 *
 * <p>The device id is the start of the hash of the public key (see {@link DeviceId}), so the key that the first envelope carries
 * proves itself.
 */
public final class EnvelopeHeader {
    /** The only format version that is read and written. */
    public static final int VERSION = 1;

    /** The most events that one envelope may hold. */
    public static final int EVENTS_MAX = 4096;

    /** The highest counter that a device may reach. */
    public static final long COUNTER_MAX = (1L << 48) - 1;

    /** The length of an Ed25519 public key (RFC 8032). */
    public static final int PUBLIC_KEY_BYTES = 32;

    static final int FIXED_BYTES = 64;
    private static final int FLAG_AUTHOR_KEY = 1;

    private final DeviceId device;
    private final long firstCounter;
    private final int eventCount;
    private final int keyEpoch;
    private final EnvelopeHash previous;
    private final byte @Nullable [] authorKey;

    private EnvelopeHeader(
            DeviceId device,
            long firstCounter,
            int eventCount,
            int keyEpoch,
            EnvelopeHash previous,
            byte @Nullable [] authorKey) {
        this.device = device;
        this.firstCounter = firstCounter;
        this.eventCount = eventCount;
        this.keyEpoch = keyEpoch;
        this.previous = previous;
        this.authorKey = authorKey;
    }

    /**
     * A header that holds together.
     *
     * @param authorKey the author's public key; kept only if {@code firstCounter} is 1
     * @throws EnvelopeFormatException if some value is out of range, or the key is not the device's
     */
    public static EnvelopeHeader of(
            DeviceId device, long firstCounter, int eventCount, int keyEpoch, EnvelopeHash previous, byte[] authorKey) {
        EnvelopeHeader header = new EnvelopeHeader(
                device, firstCounter, eventCount, keyEpoch, previous, firstCounter == 1 ? authorKey.clone() : null);
        header.validate();
        return header;
    }

    /** Reads a header from the start of an envelope. */
    static EnvelopeHeader parse(byte[] envelope) {
        if (envelope.length < FIXED_BYTES) {
            throw new EnvelopeFormatException("an envelope of " + envelope.length + " bytes ends within its header");
        }
        ByteBuffer in = ByteBuffer.wrap(envelope);
        int version = in.get() & 0xff;
        if (version != VERSION) {
            throw new EnvelopeFormatException(
                    "envelope format version " + version + "; this library reads version " + VERSION);
        }
        int flags = in.get() & 0xff;
        if ((flags & ~FLAG_AUTHOR_KEY) != 0) {
            throw new EnvelopeFormatException("unknown envelope flags " + flags);
        }
        DeviceId device = DeviceId.of(envelope, 2);
        long firstCounter = in.getLong(18);
        int eventCount = in.getShort(26) & 0xffff;
        int keyEpoch = in.getInt(28);
        EnvelopeHash previous = EnvelopeHash.of(envelope, 32);
        byte[] authorKey = null;
        if (flags == FLAG_AUTHOR_KEY) {
            if (envelope.length < FIXED_BYTES + PUBLIC_KEY_BYTES) {
                throw new EnvelopeFormatException(
                        "an envelope of " + envelope.length + " bytes ends within its author's key");
            }
            authorKey = Arrays.copyOfRange(envelope, FIXED_BYTES, FIXED_BYTES + PUBLIC_KEY_BYTES);
        }
        EnvelopeHeader header = new EnvelopeHeader(device, firstCounter, eventCount, keyEpoch, previous, authorKey);
        header.validate();
        return header;
    }

    private void validate() {
        boolean confirmsOnly = eventCount == 0 && firstCounter == 0;
        if (!confirmsOnly && (eventCount < 1 || eventCount > EVENTS_MAX)) {
            throw new EnvelopeFormatException(
                    "an envelope of " + eventCount + " events; 1 to " + EVENTS_MAX + " are accepted");
        }
        if (!confirmsOnly && (firstCounter < 1 || firstCounter > COUNTER_MAX - eventCount)) {
            throw new EnvelopeFormatException("counter " + firstCounter + " is out of range");
        }
        if (keyEpoch < 1) {
            throw new EnvelopeFormatException("key epoch " + keyEpoch + "; epochs count from 1");
        }
        if ((authorKey != null) != (firstCounter == 1)) {
            throw new EnvelopeFormatException(
                    "the author's key belongs in the device's first envelope, and only there");
        }
        if (authorKey != null && !deviceOf(authorKey).equals(device)) {
            throw new EnvelopeFormatException("the author's key is not that of device " + device);
        }
        if ((firstCounter == 1) != previous.equals(EnvelopeHash.NONE) && !confirmsOnly) {
            throw new EnvelopeFormatException("only a device's first envelope has no previous one");
        }
    }

    /** The id that belongs to an Ed25519 public key. */
    public static DeviceId deviceOf(byte[] publicKey) {
        if (publicKey.length != PUBLIC_KEY_BYTES) {
            throw new EnvelopeFormatException(
                    "an Ed25519 public key has " + PUBLIC_KEY_BYTES + " bytes, not " + publicKey.length);
        }
        return DeviceId.of(EnvelopeHash.sha256().digest(publicKey), 0);
    }

    /** The header as bytes: what starts the envelope. */
    public byte[] toByteArray() {
        ByteBuffer out = ByteBuffer.allocate(length());
        out.put((byte) VERSION).put((byte) (authorKey == null ? 0 : FLAG_AUTHOR_KEY));
        out.put(device.toByteArray());
        out.putLong(firstCounter).putShort((short) eventCount).putInt(keyEpoch);
        out.put(previous.toByteArray());
        if (authorKey != null) {
            out.put(authorKey);
        }
        return out.array();
    }

    int length() {
        return authorKey == null ? FIXED_BYTES : FIXED_BYTES + PUBLIC_KEY_BYTES;
    }

    /** The author. */
    public DeviceId device() {
        return device;
    }

    /** The counter of the first event; 0 if there are no events. */
    public long firstCounter() {
        return firstCounter;
    }

    /** The counter of the last event; 0 if there are no events. */
    public long lastCounter() {
        return eventCount == 0 ? 0 : firstCounter + eventCount - 1;
    }

    /** How many events it holds, 0 to {@value #EVENTS_MAX}; 0 in an envelope that only confirms. */
    public int eventCount() {
        return eventCount;
    }

    /** The epoch of the content key that it is sealed under, from 1. */
    public int keyEpoch() {
        return keyEpoch;
    }

    /** The hash of the author's previous envelope; {@link EnvelopeHash#NONE} in its first one. */
    public EnvelopeHash previous() {
        return previous;
    }

    /** The author's Ed25519 public key, in the device's first envelope; null in all others. */
    public byte @Nullable [] authorKey() {
        return authorKey == null ? null : authorKey.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EnvelopeHeader that && Arrays.equals(toByteArray(), that.toByteArray());
    }

    @Override
    public int hashCode() {
        return Objects.hash(device, firstCounter, eventCount, keyEpoch, previous);
    }

    @Override
    public String toString() {
        return "EnvelopeHeader[" + device + " " + firstCounter + "+" + eventCount + " epoch " + keyEpoch + "]";
    }
}
