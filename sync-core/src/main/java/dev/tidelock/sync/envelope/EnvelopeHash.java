package dev.tidelock.sync.envelope;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 (FIPS 180-4) of a whole envelope, signature included. It names the envelope, and chains it to the next one. */
public final class EnvelopeHash {
    /** The length of the hash, in bytes. */
    public static final int BYTES = 32;

    /** What stands for the previous envelope of a device's first one. */
    public static final EnvelopeHash NONE = of(new byte[BYTES]);

    private final FixedBytes bytes;

    private EnvelopeHash(FixedBytes bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException unless there are exactly {@value #BYTES} bytes */
    public static EnvelopeHash of(byte[] source) {
        return new EnvelopeHash(FixedBytes.copyOf(source, 0, source.length, BYTES, "an envelope hash"));
    }

    /** Reads {@value #BYTES} bytes at {@code offset}. */
    public static EnvelopeHash of(byte[] source, int offset) {
        return new EnvelopeHash(FixedBytes.copyOf(source, offset, BYTES, BYTES, "an envelope hash"));
    }

    /** Reads what {@link #toString()} wrote: 64 hexadecimal digits. */
    public static EnvelopeHash parse(String hex) {
        return of(Hex.decode(hex, "an envelope hash"));
    }

    /** The hash of these bytes. */
    public static EnvelopeHash ofEnvelope(byte[] envelope) {
        return of(sha256().digest(envelope));
    }

    /** The hash of a log's prefix, longer by one envelope: {@code SHA-256(this || added)}. */
    public EnvelopeHash chainedWith(EnvelopeHash added) {
        MessageDigest digest = sha256();
        digest.update(bytes.toByteArray());
        return of(digest.digest(added.bytes.toByteArray()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }

    /** The hash, {@value #BYTES} bytes. */
    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EnvelopeHash that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return bytes.toString();
    }
}
