package dev.tidelock.sync.crypto;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The slots of docs/protocol.md, section 6, written once more from the page alone, with the JDK's own cryptography. It takes the
 * nonce and what was agreed on, which the library never does, and so can make known answers, and try wrong ones.
 */
final class ReferencePairing {
    private static final byte[] BASE_POINT = Arrays.copyOf(new byte[] {9}, 32);

    final byte[] mailboxId;
    final byte[] requestKey;
    final byte[] answerSalt;

    ReferencePairing(byte[] secret) throws GeneralSecurityException {
        mailboxId = Arrays.copyOf(hkdf(secret, new byte[32], ascii("tidelock-pairing-mailbox-v1")), 16);
        requestKey = hkdf(secret, new byte[32], ascii("tidelock-pairing-request-v1"));
        answerSalt = hkdf(secret, new byte[32], ascii("tidelock-pairing-answer-v1"));
    }

    byte[] sealRequest(byte[] nonce, byte[] message) throws GeneralSecurityException {
        return join(nonce, gcm(Cipher.ENCRYPT_MODE, requestKey, nonce, mailboxId, message));
    }

    byte[] openRequest(byte[] content) throws GeneralSecurityException {
        return open(requestKey, mailboxId, content);
    }

    byte[] sealAnswer(byte[] shared, byte[] joiner, byte[] inviter, byte[] nonce, byte[] message)
            throws GeneralSecurityException {
        byte[] key = answerKey(shared, joiner, inviter);
        byte[] associatedData = join(mailboxId, joiner, inviter);
        return join(inviter, nonce, gcm(Cipher.ENCRYPT_MODE, key, nonce, associatedData, message));
    }

    byte[] openAnswer(byte[] shared, byte[] joiner, byte[] content) throws GeneralSecurityException {
        return openAnswerWithKey(answerKey(shared, joiner, inviterOf(content)), joiner, content);
    }

    byte[] openAnswerWithKey(byte[] key, byte[] joiner, byte[] content) throws GeneralSecurityException {
        byte[] associatedData = join(mailboxId, joiner, inviterOf(content));
        return open(key, associatedData, Arrays.copyOfRange(content, 32, content.length));
    }

    static byte[] inviterOf(byte[] content) {
        return Arrays.copyOf(content, 32);
    }

    private byte[] answerKey(byte[] shared, byte[] joiner, byte[] inviter) throws GeneralSecurityException {
        return hkdf(shared, answerSalt, join(ascii("tidelock-pairing-answer-v1"), joiner, inviter));
    }

    static byte[] publicKey(byte[] privateKey) throws GeneralSecurityException {
        return x25519(privateKey, BASE_POINT);
    }

    static byte[] x25519(byte[] privateKey, byte[] publicKey) throws GeneralSecurityException {
        KeyFactory keys = KeyFactory.getInstance("X25519");
        PrivateKey mine = keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(mine);
        BigInteger u = new BigInteger(1, reversed(publicKey)).clearBit(255);
        agreement.doPhase(keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u)), true);
        return agreement.generateSecret();
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    /** RFC 5869 for one block of output; no salt is as many zeros as the hash has bytes. */
    private static byte[] hkdf(byte[] input, byte[] salt, byte[] info) throws GeneralSecurityException {
        return hmac(hmac(salt, input), join(info, new byte[] {1}));
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] open(byte[] key, byte[] associatedData, byte[] sealed) throws GeneralSecurityException {
        byte[] nonce = Arrays.copyOf(sealed, 12);
        return gcm(Cipher.DECRYPT_MODE, key, nonce, associatedData, Arrays.copyOfRange(sealed, 12, sealed.length));
    }

    private static byte[] gcm(int mode, byte[] key, byte[] nonce, byte[] associatedData, byte[] text)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(associatedData);
        return cipher.doFinal(text);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
