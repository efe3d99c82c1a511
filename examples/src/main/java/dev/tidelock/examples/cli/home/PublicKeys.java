package dev.tidelock.examples.cli.home;

import dev.tidelock.sync.envelope.EnvelopeHeader;
import java.util.HexFormat;
import java.util.Optional;

/** Public keys of devices as text: hexadecimal, 64 characters. Like an id, it never looks like an option. */
public final class PublicKeys {
    private PublicKeys() {}

    public static String text(byte[] publicKey) {
        return HexFormat.of().formatHex(publicKey);
    }

    /** The key that a text stands for; empty if it stands for none. */
    public static Optional<byte[]> parse(String text) {
        try {
            byte[] key = HexFormat.of().parseHex(text);
            EnvelopeHeader.deviceOf(key);
            return Optional.of(key);
        } catch (IllegalArgumentException noKey) {
            return Optional.empty();
        }
    }
}
