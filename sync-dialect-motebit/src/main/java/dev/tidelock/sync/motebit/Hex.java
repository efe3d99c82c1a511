package dev.tidelock.sync.motebit;

/** Bytes as lower-case hexadecimal. */
final class Hex {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private Hex() {}

    static String encode(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length * 2);
        for (byte each : bytes) {
            out.append(DIGITS[(each >> 4) & 0xf]).append(DIGITS[each & 0xf]);
        }
        return out.toString();
    }
}
