package dev.tidelock.sync.internal.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Appends the primitives of the sealed format: bytes, varints (unsigned LEB128), and byte strings with their length. */
final class ByteWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);

    void oneByte(int value) {
        out.write(value);
    }

    void raw(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }

    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** Small magnitudes, either sign, become small numbers: 0, -1, 1, -2 are written as 0, 1, 2, 3. */
    void zigzag(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    void bytes(byte[] bytes) {
        varint(bytes.length);
        raw(bytes);
    }

    void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
