package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.SpaceId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Fixed keys and little helpers that the tests share. */
final class Fixtures {
    static final SpaceId SPACE = SpaceId.parse("000102030405060708090a0b0c0d0e0f");

    private Fixtures() {}

    static DeviceIdentity identity(int filler) {
        return DeviceIdentity.ofUnprotectedPrivateKey(filled(32, filler));
    }

    /** Epochs 1 and 2 with fixed keys; 2 is current. */
    static KeyRing ring() {
        return KeyRing.ofUnprotectedKeys(SPACE, Map.of(1, filled(32, 0x11), 2, filled(32, 0x22)), 2);
    }

    static SpaceKeys keys() {
        return SpaceKeys.of(ring(), identity(7));
    }

    static byte[] filled(int length, int filler) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) filler);
        return bytes;
    }

    /** 0, 1, 2, ... 31. */
    static byte[] counting() {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    /** What a resource in hexadecimal says. */
    static byte[] resource(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream("/" + name)) {
            return unhex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", ""));
        } catch (IOException notReadable) {
            throw new UncheckedIOException(notReadable);
        }
    }

    static byte[] withByteChanged(byte[] source, int at) {
        byte[] bent = source.clone();
        bent[at] ^= 1;
        return bent;
    }

    static byte[] random(Random random, int lengthBelow) {
        byte[] bytes = new byte[random.nextInt(lengthBelow)];
        random.nextBytes(bytes);
        return bytes;
    }

    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
    }

    static byte[] unhex(String text) {
        byte[] bytes = new byte[text.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(text.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }
}
