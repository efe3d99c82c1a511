package dev.tidelock.sync.crypto;

import com.google.crypto.tink.subtle.X25519;
import java.security.InvalidKeyException;

/**
 * An X25519 key pair (RFC 7748) of one pairing. It is never stored: what was agreed on with it cannot be found again once both
 * sides have closed theirs. Closing wipes the private key; Java cannot promise that no copy of it is left elsewhere in memory.
 * For one thread.
 */
final class EphemeralKey implements AutoCloseable {
    /** The length of either key and of what is agreed on, in bytes. */
    static final int KEY_BYTES = 32;

    private final byte[] privateKey;
    private final byte[] publicKey;
    private boolean closed;

    /** Takes the array over. */
    private EphemeralKey(byte[] privateKey) {
        this.privateKey = privateKey;
        try {
            publicKey = X25519.publicFromPrivate(privateKey);
        } catch (InvalidKeyException impossible) {
            throw new AssertionError("every 32 bytes are an X25519 private key", impossible);
        }
    }

    static EphemeralKey generate() {
        return new EphemeralKey(X25519.generatePrivateKey());
    }

    static EphemeralKey ofUnprotectedPrivateKey(byte[] privateKey) {
        return new EphemeralKey(privateKey.clone());
    }

    byte[] publicKey() {
        return publicKey.clone();
    }

    /**
     * The secret that only the owners of these two keys can compute. The caller wipes it.
     *
     * @throws InvalidKeyException if that is not a public key, or one of the few (of small order) with which everybody would
     *     compute the same zeros: Tink refuses those in all their encodings
     */
    byte[] agree(byte[] theirPublicKey) throws InvalidKeyException {
        if (closed) {
            throw new IllegalStateException("this key was for one pairing, which is over");
        }
        return X25519.computeSharedSecret(privateKey, theirPublicKey);
    }

    @Override
    public void close() {
        closed = true;
        Bytes.wipe(privateKey);
    }

    @Override
    public String toString() {
        return "EphemeralKey[redacted]";
    }
}
