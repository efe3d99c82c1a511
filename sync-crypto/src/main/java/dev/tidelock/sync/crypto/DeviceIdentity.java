package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The Ed25519 key pair (RFC 8032) that makes one installation a device. The device id is derived from the public key, so
 * whoever holds the private key can show that the id is theirs, and nobody else can.
 *
 * <p>The private key never prints and leaves only through {@link #exportUnprotectedPrivateKey()}. Immutable; safe for use by
 * any number of threads.
 */
public final class DeviceIdentity {
    /** The length of a private key (the seed of RFC 8032), in bytes. */
    public static final int PRIVATE_KEY_BYTES = 32;

    /** The length of a signature, in bytes. */
    public static final int SIGNATURE_BYTES = 64;

    private final Ed25519PrivateKeyParameters privateKey;
    private final byte[] publicKey;
    private final DeviceId device;

    private DeviceIdentity(Ed25519PrivateKeyParameters privateKey) {
        this.privateKey = privateKey;
        publicKey = privateKey.generatePublicKey().getEncoded();
        device = EnvelopeHeader.deviceOf(publicKey);
    }

    /** A new device, with a fresh random key pair. */
    public static DeviceIdentity generate() {
        return new DeviceIdentity(new Ed25519PrivateKeyParameters(new SecureRandom()));
    }

    /**
     * The device of this private key.
     *
     * @throws IllegalArgumentException unless there are exactly {@value #PRIVATE_KEY_BYTES} bytes
     */
    public static DeviceIdentity ofUnprotectedPrivateKey(byte[] privateKey) {
        if (privateKey.length != PRIVATE_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a device's private key has " + PRIVATE_KEY_BYTES + " bytes, not " + privateKey.length);
        }
        return new DeviceIdentity(new Ed25519PrivateKeyParameters(privateKey));
    }

    /** The id that belongs to the public key. */
    public DeviceId device() {
        return device;
    }

    /** The raw public key, 32 bytes. Not secret. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** The raw private key in the clear: whoever sees it can write as this device. The caller wipes the array. */
    public byte[] exportUnprotectedPrivateKey() {
        return privateKey.getEncoded();
    }

    /**
     * The signature of these bytes. What is signed for one purpose must not be usable for another, so a message starts with
     * text that names its purpose.
     */
    public byte[] sign(byte[] message) {
        byte[] signature = new byte[SIGNATURE_BYTES];
        privateKey.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
        return signature;
    }

    /** Whether {@code signature} is that of {@code message} by the owner of {@code publicKey}. Never throws for what they hold. */
    public static boolean verify(byte[] publicKey, byte[] signature, byte[] message) {
        if (publicKey.length != EnvelopeHeader.PUBLIC_KEY_BYTES || signature.length != SIGNATURE_BYTES) {
            return false;
        }
        Ed25519PublicKeyParameters key;
        try {
            key = new Ed25519PublicKeyParameters(publicKey);
        } catch (IllegalArgumentException noPoint) {
            return false;
        }
        return key.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    }

    /** Compares the private keys in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceIdentity that
                && MessageDigest.isEqual(privateKey.getEncoded(), that.privateKey.getEncoded());
    }

    @Override
    public int hashCode() {
        return device.hashCode(); // of what is public: leaks nothing
    }

    @Override
    public String toString() {
        return "DeviceIdentity[" + device + ", private key redacted]";
    }
}
