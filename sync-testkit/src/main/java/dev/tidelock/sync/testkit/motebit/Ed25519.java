package dev.tidelock.sync.testkit.motebit;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Checks signatures with what the platform has: by other code than that which makes them. */
final class Ed25519 {
    /** What goes before a raw public key in its X.509 form. */
    private static final byte[] X509_START = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    private static final int KEY_BYTES = 32;

    private Ed25519() {}

    static boolean isSigned(String publicKeyHex, byte[] message, String signatureBase64Url) {
        try {
            byte[] encoded = new byte[X509_START.length + KEY_BYTES];
            System.arraycopy(X509_START, 0, encoded, 0, X509_START.length);
            for (int i = 0; i < KEY_BYTES; i++) {
                encoded[X509_START.length + i] = (byte) Integer.parseInt(publicKeyHex.substring(2 * i, 2 * i + 2), 16);
            }
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
            check.update(message);
            return check.verify(Base64.getUrlDecoder().decode(signatureBase64Url));
        } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException notHis) {
            return false;
        }
    }
}
