package dev.tidelock.sync.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;

/**
 * Seals the answer of one pairing to the device that asked. It takes the pairing secret and one of the two ephemeral private keys
 * to open it, and those are gone when the pairing is over: who recorded the mailbox and finds the URI later cannot.
 *
 * <pre>
 * offset  size  field
 *      0    32  the inviting device's ephemeral X25519 public key, fresh for this answer
 *     32    12  nonce
 *     44     n  ciphertext followed by the 16-byte tag
 *
 * key              HKDF-SHA-256 (RFC 5869), 32 bytes
 *   input          X25519 of one ephemeral private key and the other public one, 32 bytes
 *   salt           the answer's salt, derived from the pairing secret ({@link PairingKeys}), 32 bytes
 *   info           tidelock-pairing-answer-v1 (ASCII), joiner's ephemeral public key, inviter's
 * associated data  mailbox id, joiner's ephemeral public key, inviter's
 * </pre>
 */
final class PairingAnswerSeal {
    /** How much longer an answer is once it is sealed. */
    static final int OVERHEAD_BYTES = EphemeralKey.KEY_BYTES + AesGcm.NONCE_BYTES + AesGcm.TAG_BYTES;

    private final byte[] inviter;
    private final byte[] associatedData;
    private final AesGcm aead;

    /** Takes the arrays over, and wipes what was agreed on. */
    private PairingAnswerSeal(PairingKeys pairing, byte[] shared, byte[] joiner, byte[] inviter) {
        byte[] ephemerals = Bytes.concat(joiner, inviter);
        byte[] key = pairing.answerKey(shared, ephemerals);
        this.inviter = inviter;
        this.associatedData = Bytes.concat(pairing.mailboxId(), ephemerals);
        this.aead = new AesGcm(key);
        Bytes.wipe(key);
        Bytes.wipe(shared);
    }

    /**
     * The inviting side's. Its ephemeral private key is gone when this returns.
     *
     * @param joiner the ephemeral public key in the request
     * @throws InvalidKeyException if nothing can be sealed to that
     */
    static PairingAnswerSeal to(PairingKeys pairing, byte[] joiner) throws InvalidKeyException {
        try (EphemeralKey own = EphemeralKey.generate()) {
            return new PairingAnswerSeal(pairing, own.agree(joiner), joiner, own.publicKey());
        }
    }

    byte[] seal(byte[] message) {
        return Bytes.concat(inviter, aead.seal(message, associatedData));
    }

    /**
     * What the joining side does.
     *
     * @param own the key whose public half was in the request
     * @throws GeneralSecurityException if it was sealed with another secret or for another request, or a byte of it was changed
     */
    static byte[] open(PairingKeys pairing, EphemeralKey own, byte[] content) throws GeneralSecurityException {
        if (content.length < OVERHEAD_BYTES) {
            throw new GeneralSecurityException("a sealed answer has " + OVERHEAD_BYTES + " bytes at least");
        }
        byte[] inviter = Arrays.copyOf(content, EphemeralKey.KEY_BYTES);
        byte[] sealed = Arrays.copyOfRange(content, EphemeralKey.KEY_BYTES, content.length);
        PairingAnswerSeal seal = new PairingAnswerSeal(pairing, own.agree(inviter), own.publicKey(), inviter);
        return seal.aead.open(sealed, seal.associatedData);
    }
}
