package dev.tidelock.sync.crypto;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;

/**
 * AES-256-GCM under one key (NIST SP 800-38D). What is sealed has the form nonce (12 random bytes), ciphertext, tag (16 bytes);
 * nothing names the key. Safe for use by any number of threads.
 */
final class AesGcm {
    static final int KEY_BYTES = 32;
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;

    private final Aead aead;

    /** @param key {@value #KEY_BYTES} bytes, which are copied */
    AesGcm(byte[] key) {
        try {
            KeysetHandle handle = KeysetHandle.newBuilder()
                    .addEntry(
                            KeysetHandle.importKey(imported(key)).withFixedId(1).makePrimary())
                    .build();
            // This configuration needs no global registration, so an app's own use of Tink is left as it is.
            aead = handle.getPrimitive(AeadConfig2026.get(), Aead.class);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("AES-256-GCM is part of every platform", impossible);
        }
    }

    @AccessesPartialKey
    private static AesGcmKey imported(byte[] key) throws GeneralSecurityException {
        return AesGcmKey.builder()
                .setParameters(AesGcmParameters.builder()
                        .setKeySizeBytes(KEY_BYTES)
                        .setIvSizeBytes(NONCE_BYTES)
                        .setTagSizeBytes(TAG_BYTES)
                        .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                        .build())
                .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                .build();
    }

    byte[] seal(byte[] plaintext, byte[] associatedData) {
        try {
            return aead.encrypt(plaintext, associatedData);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("AES-256-GCM seals all that fits an array", impossible);
        }
    }

    /** @throws GeneralSecurityException if the key is another one, or a byte of either was changed */
    byte[] open(byte[] sealed, byte[] associatedData) throws GeneralSecurityException {
        return aead.decrypt(sealed, associatedData);
    }
}
