package dev.tidelock.sync.crypto;

import java.util.Arrays;
import java.util.Base64;

/** What this package does with byte arrays. */
final class Bytes {
    private Bytes() {}

    static byte[] concat(byte[] first, byte[] second) {
        byte[] whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        return whole;
    }

    static void wipe(byte[] secret) {
        Arrays.fill(secret, (byte) 0);
    }

    /** Base64url (RFC 4648) without padding. */
    static String toBase64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Reads what {@link #toBase64Url} wrote, and nothing else: one byte string has one text.
     *
     * @throws IllegalArgumentException if it is not that, or not of that length; the message does not repeat the text
     */
    static byte[] fromBase64Url(String text, int bytesAccepted, String what) {
        int charsAccepted = (bytesAccepted * 8 + 5) / 6;
        if (text.length() != charsAccepted) {
            throw new IllegalArgumentException(
                    what + " has " + charsAccepted + " characters of base64url, not " + text.length());
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException(what + " is not base64url");
        }
        if (bytes.length != bytesAccepted || !toBase64Url(bytes).equals(text)) {
            throw new IllegalArgumentException(what + " is not base64url in its one form, without padding");
        }
        return bytes;
    }
}
