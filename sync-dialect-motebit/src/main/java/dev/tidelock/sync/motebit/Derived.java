package dev.tidelock.sync.motebit;

import com.google.crypto.tink.subtle.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Keys that follow from a secret, by HKDF-SHA-256 (RFC 5869). */
final class Derived {
    private static final int KEY_BYTES = 32;

    private Derived() {}

    static byte[] key(byte[] secret, byte[] salt, String purpose, byte[] subject) {
        byte[] name = purpose.getBytes(StandardCharsets.US_ASCII);
        byte[] info = new byte[name.length + subject.length];
        System.arraycopy(name, 0, info, 0, name.length);
        System.arraycopy(subject, 0, info, name.length, subject.length);
        try {
            return Hkdf.computeHkdf("HmacSha256", secret, salt, info, KEY_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every platform has HMAC-SHA-256", impossible);
        }
    }

    static byte[] key(byte[] secret, String purpose) {
        return key(secret, new byte[0], purpose, new byte[0]);
    }
}
