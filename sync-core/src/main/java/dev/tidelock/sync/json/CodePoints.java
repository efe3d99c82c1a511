package dev.tidelock.sync.json;

/** The order of texts by code points, which is that of their UTF-8 bytes; that of {@link String} differs beyond the basic plane. */
public final class CodePoints {
    private CodePoints() {}

    /** Which of two texts comes first: negative, zero or positive, as a comparator says it. */
    public static int compare(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char left = one.charAt(i);
            char right = other.charAt(i);
            if (left != right) {
                boolean sameKind = Character.isSurrogate(left) == Character.isSurrogate(right);
                return sameKind ? Character.compare(left, right) : Character.isSurrogate(left) ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}
