package dev.tidelock.sync.crypto;

import com.google.crypto.tink.subtle.Hkdf;
import dev.tidelock.sync.spi.transport.Mailboxes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;

/**
 * What both sides of a pairing derive from its secret, by HKDF-SHA-256 (RFC 5869).
 *
 * <pre>
 * size  salt  info (ASCII)                  what for
 *   16  none  tidelock-pairing-mailbox-v1   the id of the mailbox
 *   32  none  tidelock-pairing-request-v1   the key of the request
 *   32  none  tidelock-pairing-answer-v1    the salt of the answer's key; see {@link PairingAnswerSeal}
 *
 * request, sealed
 * offset  size  field
 *      0    12  nonce
 *     12     n  ciphertext followed by the 16-byte tag; the associated data is the mailbox id
 * </pre>
 */
final class PairingKeys {
    private static final String ANSWER = "tidelock-pairing-answer-v1";

    private final byte[] mailboxId;
    private final AesGcm request;
    private final byte[] answerSalt;

    PairingKeys(byte[] secret) {
        mailboxId = derive(secret, "tidelock-pairing-mailbox-v1", Mailboxes.ID_BYTES);
        byte[] key = derive(secret, "tidelock-pairing-request-v1", AesGcm.KEY_BYTES);
        request = new AesGcm(key);
        Bytes.wipe(key);
        answerSalt = derive(secret, ANSWER, AesGcm.KEY_BYTES);
    }

    static byte[] derive(byte[] secret, String purpose, int bytes) {
        return derive(secret, new byte[0], ascii(purpose), bytes);
    }

    static byte[] derive(byte[] input, byte[] salt, byte[] info, int bytes) {
        try {
            return Hkdf.computeHkdf("HmacSha256", input, salt, info, bytes);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every platform has HMAC-SHA-256", impossible);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] mailboxId() {
        return mailboxId.clone();
    }

    byte[] answerKey(byte[] shared, byte[] ephemerals) {
        return derive(shared, answerSalt, Bytes.concat(ascii(ANSWER), ephemerals), AesGcm.KEY_BYTES);
    }

    byte[] sealRequest(byte[] message) {
        return request.seal(message, mailboxId);
    }

    /** @throws PairingException of kind {@code TAMPERED} if it was not sealed as a request with the secret */
    byte[] openRequest(byte[] content) throws PairingException {
        try {
            return request.open(content, mailboxId);
        } catch (GeneralSecurityException doesNotHold) {
            throw tampered(doesNotHold);
        }
    }

    /** @throws PairingException of kind {@code MALFORMED} if nothing can be sealed to that key */
    PairingAnswerSeal answerTo(PairingMessages.Request asking) throws PairingException {
        try {
            return PairingAnswerSeal.to(this, asking.ephemeral());
        } catch (InvalidKeyException smallOrder) {
            throw PairingMessages.malformed("its ephemeral key is not usable");
        }
    }

    /** @throws PairingException of kind {@code TAMPERED} if it was not sealed with the secret for the request with that key */
    byte[] openAnswer(EphemeralKey own, byte[] content) throws PairingException {
        try {
            return PairingAnswerSeal.open(this, own, content);
        } catch (GeneralSecurityException doesNotHold) {
            throw tampered(doesNotHold);
        }
    }

    private static PairingException tampered(GeneralSecurityException doesNotHold) {
        return new PairingException(
                PairingException.Kind.TAMPERED,
                "what the other device left was not sealed with the secret of this pairing: somebody was first, or"
                        + " changed it on the way; do not use this URI again, make a new one",
                doesNotHold);
    }
}
