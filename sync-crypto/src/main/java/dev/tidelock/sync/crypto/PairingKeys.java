package dev.tidelock.sync.crypto;

import com.google.crypto.tink.subtle.Hkdf;
import dev.tidelock.sync.spi.transport.Mailboxes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/**
 * What both sides of a pairing derive from its secret, by HKDF-SHA-256 (RFC 5869) without salt: the id of the mailbox, and a
 * key for each of its slots. A slot's content is sealed with the mailbox id as associated data.
 */
final class PairingKeys {
    private final byte[] mailboxId;
    private final AesGcm request;
    private final AesGcm answer;

    PairingKeys(byte[] secret) {
        mailboxId = derive(secret, "tidelock-pairing-mailbox-v1", Mailboxes.ID_BYTES);
        request = seal(secret, "tidelock-pairing-request-v1");
        answer = seal(secret, "tidelock-pairing-answer-v1");
    }

    private static AesGcm seal(byte[] secret, String purpose) {
        byte[] key = derive(secret, purpose, AesGcm.KEY_BYTES);
        try {
            return new AesGcm(key);
        } finally {
            Bytes.wipe(key);
        }
    }

    static byte[] derive(byte[] secret, String purpose, int bytes) {
        try {
            return Hkdf.computeHkdf(
                    "HmacSha256", secret, new byte[0], purpose.getBytes(StandardCharsets.US_ASCII), bytes);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every platform has HMAC-SHA-256", impossible);
        }
    }

    byte[] mailboxId() {
        return mailboxId.clone();
    }

    byte[] seal(Mailboxes.Slot slot, byte[] message) {
        return of(slot).seal(message, mailboxId);
    }

    /** @throws PairingException of kind {@code TAMPERED} if it was not sealed for this slot with the secret */
    byte[] open(Mailboxes.Slot slot, byte[] content) throws PairingException {
        try {
            return of(slot).open(content, mailboxId);
        } catch (GeneralSecurityException doesNotHold) {
            throw new PairingException(
                    PairingException.Kind.TAMPERED,
                    "what the other device left was not sealed with the secret of this pairing: somebody was first, or"
                            + " changed it on the way; do not use this URI again, make a new one",
                    doesNotHold);
        }
    }

    private AesGcm of(Mailboxes.Slot slot) {
        return slot == Mailboxes.Slot.REQUEST ? request : answer;
    }
}
