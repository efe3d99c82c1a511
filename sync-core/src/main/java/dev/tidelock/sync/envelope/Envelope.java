package dev.tidelock.sync.envelope;

import java.util.Arrays;

/**
 * A batch of consecutive events of one device, sealed: all that a transport or a relay ever sees. Immutable.
 *
 * <pre>
 * offset       size  field
 *      0          h  {@link EnvelopeHeader}, 64 or 96 bytes
 *      h          n  sealed body: 12-byte nonce, ciphertext, 16-byte tag (the sealer's concern; at least {@value #BODY_BYTES_MIN})
 *  h + n         64  Ed25519 signature of the author over everything before it, and the space
 * </pre>
 *
 * <p>Its identity is (device, first counter, number of events); its name is its {@link #hash()}. Both are fixed before it is sent
 * for the first time, so a retry sends the same envelope.
 *
 * <p>Whoever holds an {@code Envelope} knows that its header holds together, and nothing more: only a sealer can say whether it is
 * genuine.
 */
public final class Envelope {
    /** The longest envelope that is accepted, in bytes. */
    public static final int BYTES_MAX = 2 << 20;

    /** The length of the author's signature. */
    public static final int SIGNATURE_BYTES = 64;

    /** The shortest sealed body: a nonce, one byte of ciphertext and a tag. */
    public static final int BODY_BYTES_MIN = 12 + 1 + 16;

    /** The shortest envelope. */
    public static final int BYTES_MIN = EnvelopeHeader.FIXED_BYTES + BODY_BYTES_MIN + SIGNATURE_BYTES;

    private final byte[] bytes;
    private final EnvelopeHeader header;
    private final EnvelopeHash hash;

    private Envelope(byte[] bytes, EnvelopeHeader header) {
        this.bytes = bytes;
        this.header = header;
        this.hash = EnvelopeHash.ofEnvelope(bytes);
    }

    /**
     * Reads an envelope.
     *
     * @throws EnvelopeFormatException if it is too short, too long, or its header does not hold together
     */
    public static Envelope parse(byte[] source) {
        if (source.length > BYTES_MAX) {
            throw new EnvelopeFormatException(
                    "an envelope of " + source.length + " bytes; at most " + BYTES_MAX + " are accepted");
        }
        EnvelopeHeader header = EnvelopeHeader.parse(source);
        if (source.length < header.length() + BODY_BYTES_MIN + SIGNATURE_BYTES) {
            throw new EnvelopeFormatException(
                    "an envelope of " + source.length + " bytes ends within its sealed body or signature");
        }
        return new Envelope(source.clone(), header);
    }

    /** Puts the three parts together; for sealers. */
    public static Envelope of(EnvelopeHeader header, byte[] body, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            throw new EnvelopeFormatException("a signature has " + SIGNATURE_BYTES + " bytes, not " + signature.length);
        }
        byte[] start = header.toByteArray();
        byte[] whole = Arrays.copyOf(start, start.length + body.length + signature.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        System.arraycopy(signature, 0, whole, start.length + body.length, signature.length);
        return parse(whole);
    }

    /** What it says of itself, unsealed: anybody on the way can read it. */
    public EnvelopeHeader header() {
        return header;
    }

    /** Its name: the hash of all of its bytes. */
    public EnvelopeHash hash() {
        return hash;
    }

    /** The sealed body. */
    public byte[] body() {
        return Arrays.copyOfRange(bytes, header.length(), bytes.length - SIGNATURE_BYTES);
    }

    /** The author's signature. */
    public byte[] signature() {
        return Arrays.copyOfRange(bytes, bytes.length - SIGNATURE_BYTES, bytes.length);
    }

    /** The length of the whole envelope, in bytes. */
    public int length() {
        return bytes.length;
    }

    /** The whole envelope, as it travels. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Envelope that && hash.equals(that.hash);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    @Override
    public String toString() {
        return "Envelope[" + header.device() + " " + header.firstCounter() + "+" + header.eventCount() + ", "
                + bytes.length + " bytes]";
    }
}
