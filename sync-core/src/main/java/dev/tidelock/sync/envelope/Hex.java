package dev.tidelock.sync.envelope;

/** Hexadecimal digits; Android 26 has no {@code HexFormat}. */
final class Hex {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private Hex() {}

    static String encode(byte[] bytes) {
        char[] text = new char[bytes.length * 2];
        for (int i = 0; i < bytes.length; i++) {
            text[2 * i] = DIGITS[(bytes[i] >> 4) & 15];
            text[2 * i + 1] = DIGITS[bytes[i] & 15];
        }
        return new String(text);
    }

    static byte[] decode(String text, String what) {
        byte[] bytes = new byte[text.length() / 2];
        for (int i = 0; i < bytes.length * 2; i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                throw new IllegalArgumentException(
                        what + " is written in hexadecimal digits; '" + text.charAt(i) + "' is none");
            }
            bytes[i / 2] = (byte) (bytes[i / 2] << 4 | digit);
        }
        if (text.length() % 2 != 0) {
            throw new IllegalArgumentException(what + " has an odd number of hexadecimal digits");
        }
        return bytes;
    }
}
