package dev.tidelock.sync.crypto;

import java.security.GeneralSecurityException;

/**
 * What keeps a {@link KeyFile} from being read by whoever has the file. An app supplies one to use what its platform offers: a
 * key in the Android keystore, or the desktop's keyring. A {@link PassphraseProtector} comes with the library.
 *
 * <p>What it must hold: {@link #unwrap} gives back what was wrapped if neither the wrapped bytes nor the associated data have
 * changed, and otherwise throws. Called by one thread at a time.
 */
public interface KeyProtector {
    /** What the file says of how it is protected: 1 to 32 characters, each of a-z, 0-9 or '-'. Never change it. */
    String name();

    /**
     * Encrypts and authenticates.
     *
     * @param content the keys in the clear; do not keep them
     * @param associatedData authenticated, and given again to {@link #unwrap}
     */
    byte[] wrap(byte[] content, byte[] associatedData) throws GeneralSecurityException, KeyFileException;

    /**
     * Undoes {@link #wrap}.
     *
     * @throws GeneralSecurityException if the key is another one or is gone, or anything was changed
     * @throws KeyFileException to be more precise than that
     */
    byte[] unwrap(byte[] wrapped, byte[] associatedData) throws GeneralSecurityException, KeyFileException;

    /**
     * No protection: the keys lie in the file in the clear, and a checksum finds damage, not malice. For machines on which the
     * permissions of the file are the protection, as they are for a server's other keys.
     */
    static KeyProtector unprotectedFilePermissionsOnly() {
        return Unprotected.INSTANCE;
    }
}
