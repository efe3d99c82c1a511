package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.Objects;

/**
 * The other side of a pairing.
 *
 * @param device its id, which its key proves; the same on both screens
 * @param label what its user calls it; anything that fits {@link #LABEL_CHARS_MAX} characters, so never a proof of anything
 */
public record PairingPeer(DeviceId device, String label) {
    /** The most characters that a label may have. */
    public static final int LABEL_CHARS_MAX = 64;

    public PairingPeer {
        Objects.requireNonNull(device, "device");
        requireLabel(label);
    }

    /** A label is shown in a question about trust: it must not be able to rearrange the words around it. */
    static String requireLabel(String label) {
        if (label.length() > LABEL_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a label of " + label.length() + " characters; at most " + LABEL_CHARS_MAX + " are accepted");
        }
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            if (Character.isISOControl(c) || reorders(c) || isHalfOfAPair(label, i)) {
                throw new IllegalArgumentException(
                        "a label holds U+" + Integer.toHexString(c) + "; it must have no control characters");
            }
        }
        return label;
    }

    private static boolean reorders(char c) {
        return (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069') || c == '\u2028' || c == '\u2029';
    }

    private static boolean isHalfOfAPair(String text, int at) {
        boolean startsPair = at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
        boolean endsPair = at > 0 && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
        return Character.isSurrogate(text.charAt(at)) && !startsPair && !endsPair;
    }
}
