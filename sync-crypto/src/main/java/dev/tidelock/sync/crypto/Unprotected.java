package dev.tidelock.sync.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Keys in the clear, followed by the SHA-256 of the associated data and the keys. */
final class Unprotected implements KeyProtector {
    static final KeyProtector INSTANCE = new Unprotected();

    private static final int CHECKSUM_BYTES = 32;

    private Unprotected() {}

    @Override
    public String name() {
        return "unprotected";
    }

    @Override
    public byte[] wrap(byte[] content, byte[] associatedData) throws GeneralSecurityException {
        return Bytes.concat(content, checksum(content, associatedData));
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] associatedData) throws GeneralSecurityException, KeyFileException {
        byte[] content = Arrays.copyOf(wrapped, Math.max(0, wrapped.length - CHECKSUM_BYTES));
        byte[] found = Arrays.copyOfRange(wrapped, content.length, wrapped.length);
        if (!MessageDigest.isEqual(found, checksum(content, associatedData))) {
            Bytes.wipe(content);
            throw new KeyFileException(
                    KeyFileException.Kind.DAMAGED,
                    "the checksum does not match: the file is damaged; restore it, or pair this device again",
                    null);
        }
        return content;
    }

    private static byte[] checksum(byte[] content, byte[] associatedData) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(associatedData);
        return digest.digest(content);
    }

    @Override
    public String toString() {
        return "KeyProtector[unprotected]";
    }
}
