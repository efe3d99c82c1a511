package dev.tidelock.sync.internal.codec;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses and pads what is sealed, and undoes it.
 *
 * <pre>
 * offset  size  field (numbers are big endian)
 *      0     1  codec: 0 stored, 1 raw DEFLATE (RFC 1951)
 *      1     1  dictionary: 0 none; others are reserved
 *      2     4  length n of the body in the codec
 *      6     n  body
 *  6 + n        zeros, up to a PADMÉ length of the whole
 * </pre>
 */
final class PlaintextCodec {
    /**
     * The longest body, decoded. The longest that can come of {@code SyncLimits} and of the bounds in {@link EventBatchCodec} has 3.4 MB: 512 KiB of values, 1,000 keys
     * and op names as long as they may be, 50,000 parents of as many devices, 1,000 heads. A device needs memory for what this lets in, whoever made it.
     */
    static final int BODY_BYTES_MAX = 4 << 20;

    private static final int STORED = 0;
    private static final int DEFLATED = 1;
    private static final int START_BYTES = 6;
    private static final int BUFFER_BYTES = 16 << 10;

    private PlaintextCodec() {}

    static byte[] encode(byte[] body) {
        if (body.length > BODY_BYTES_MAX) {
            throw new AssertionError("a body of " + body.length + " bytes, which no device would accept");
        }
        byte[] packed = deflate(body);
        boolean smaller = packed.length < body.length;
        byte[] chosen = smaller ? packed : body;
        byte[] whole = new byte[Padding.padded(START_BYTES + chosen.length)];
        whole[0] = (byte) (smaller ? DEFLATED : STORED);
        for (int i = 0; i < 4; i++) {
            whole[2 + i] = (byte) (chosen.length >>> (24 - 8 * i));
        }
        System.arraycopy(chosen, 0, whole, START_BYTES, chosen.length);
        return whole;
    }

    static byte[] decode(byte[] whole) throws CodecException {
        if (whole.length < START_BYTES) {
            throw new CodecException("it ends too early");
        }
        if (whole[1] != 0) {
            throw new CodecException("dictionary " + (whole[1] & 0xff) + " is not known to this version");
        }
        int length = 0;
        for (int i = 0; i < 4; i++) {
            length = length << 8 | (whole[2 + i] & 0xff);
        }
        if (length < 0 || length > whole.length - START_BYTES || whole.length != Padding.padded(START_BYTES + length)) {
            throw new CodecException("the length of its body does not fit its own");
        }
        for (int i = START_BYTES + length; i < whole.length; i++) {
            if (whole[i] != 0) {
                throw new CodecException("its padding is not zeros");
            }
        }
        switch (whole[0]) {
            case STORED:
                return Arrays.copyOfRange(whole, START_BYTES, START_BYTES + length);
            case DEFLATED:
                return inflate(whole, length);
            default:
                throw new CodecException("codec " + (whole[0] & 0xff) + " is not known to this version");
        }
    }

    private static byte[] deflate(byte[] body) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(body);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 2 + 64);
            byte[] buffer = new byte[Math.min(BUFFER_BYTES, body.length + 64)];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /** Inflates at most {@link #BODY_BYTES_MAX} bytes, whatever the input claims. */
    private static byte[] inflate(byte[] whole, int length) throws CodecException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(whole, START_BYTES, length);
            ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(4 * length, 1 << 20) + 64);
            byte[] buffer = new byte[Math.min(BUFFER_BYTES, 4 * Math.min(length, BUFFER_BYTES) + 64)];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw new CodecException("its compressed body ends too early");
                }
                if (out.size() + count > BODY_BYTES_MAX) {
                    throw new CodecException("its body is longer than " + BODY_BYTES_MAX + " bytes");
                }
                out.write(buffer, 0, count);
            }
            if (inflater.getRemaining() != 0) {
                throw new CodecException("there is more after its compressed body");
            }
            return out.toByteArray();
        } catch (DataFormatException damaged) {
            throw new CodecException("its compressed body is damaged");
        } finally {
            inflater.end();
        }
    }
}
