package dev.tidelock.sync.internal.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote, and refuses all else: every length is checked before it is used. */
final class ByteReader {
    private static final int VARINT_BYTES_MAX = 10;

    private final byte[] source;
    private int at;

    ByteReader(byte[] source) {
        this.source = source;
    }

    boolean atEnd() {
        return at == source.length;
    }

    int oneByte() throws CodecException {
        if (at >= source.length) {
            throw new CodecException("it ends too early");
        }
        return source[at++] & 0xff;
    }

    byte[] raw(int length) throws CodecException {
        int start = skip(length);
        return Arrays.copyOfRange(source, start, at);
    }

    /** Passes over that many bytes, and says where they begin. */
    int skip(int length) throws CodecException {
        if (length < 0 || length > source.length - at) {
            throw new CodecException("a length of " + length + " goes beyond its end");
        }
        int start = at;
        at += length;
        return start;
    }

    long varint() throws CodecException {
        long value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            int part = oneByte();
            value |= (long) (part & 0x7f) << (7 * i);
            if ((part & 0x80) == 0) {
                boolean shortest = i == 0 || part != 0;
                boolean fits = i < VARINT_BYTES_MAX - 1 || part == 1;
                if (!shortest || !fits) {
                    throw new CodecException("a number is not in its shortest form");
                }
                return value;
            }
        }
        throw new CodecException("a number is longer than " + VARINT_BYTES_MAX + " bytes");
    }

    long zigzag() throws CodecException {
        long coded = varint();
        return (coded >>> 1) ^ -(coded & 1);
    }

    /** A number within bounds, both included. */
    int varint(String what, int min, int max) throws CodecException {
        long value = varint();
        if (value < min || value > max) {
            throw new CodecException(
                    what + " is " + Long.toUnsignedString(value) + "; " + min + " to " + max + " are accepted");
        }
        return (int) value;
    }

    String text(String what, int bytesMax) throws CodecException {
        int length = varint("the length of " + what, 0, bytesMax);
        int start = skip(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(source, start, length))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new CodecException(what + " is not UTF-8");
        }
    }
}
