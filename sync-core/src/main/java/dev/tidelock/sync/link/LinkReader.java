package dev.tidelock.sync.link;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads the fields that {@link LinkCodec} names, out of hostile bytes. Nothing that they claim is taken for granted before it is there. */
final class LinkReader {
    private static final int LOG_BYTES_MAX = 3 * 64;

    private final ByteBuffer in;

    LinkReader(byte[] message) {
        this.in = ByteBuffer.wrap(message);
    }

    boolean hasMore() {
        return in.hasRemaining();
    }

    void requireEnd() throws LinkFormatException {
        if (in.hasRemaining()) {
            throw new LinkFormatException("a message goes on after its end");
        }
    }

    private void require(long bytes) throws LinkFormatException {
        if (in.remaining() < bytes) {
            throw new LinkFormatException("a message ends within a field");
        }
    }

    /** A byte from 1 to that. */
    int one(int max) throws LinkFormatException {
        require(1);
        int value = in.get();
        if (value < 1 || value > max) {
            throw new LinkFormatException("a field is " + value + "; 1 to " + max + " are accepted");
        }
        return value;
    }

    /** A number of things of which each takes so many bytes at least: they must be there. */
    int count(int bytesEach) throws LinkFormatException {
        require(Integer.BYTES);
        int count = in.getInt();
        if (count < 0) {
            throw new LinkFormatException("a negative number");
        }
        require((long) count * bytesEach);
        return count;
    }

    long number() throws LinkFormatException {
        require(Long.BYTES);
        long number = in.getLong();
        if (number < 0) {
            throw new LinkFormatException("a negative number");
        }
        return number;
    }

    private byte[] bytes(int count) throws LinkFormatException {
        require(count);
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    byte[] block(int bytesMax) throws LinkFormatException {
        int length = count(1);
        if (length > bytesMax) {
            throw new LinkFormatException("a field of " + length + " bytes; at most " + bytesMax + " are accepted");
        }
        return bytes(length);
    }

    EnvelopeHash hash() throws LinkFormatException {
        return EnvelopeHash.of(bytes(EnvelopeHash.BYTES));
    }

    String text(int bytesMax) throws LinkFormatException {
        require(Short.BYTES);
        int length = Short.toUnsignedInt(in.getShort());
        if (length > bytesMax) {
            throw new LinkFormatException("a text of " + length + " bytes; at most " + bytesMax + " are accepted");
        }
        return new String(bytes(length), StandardCharsets.UTF_8);
    }

    LogId log() throws LinkFormatException {
        String value = text(LOG_BYTES_MAX);
        try {
            return new LogId(value);
        } catch (IllegalArgumentException refused) {
            throw new LinkFormatException(String.valueOf(refused.getMessage()));
        }
    }

    Cursor cursor() throws LinkFormatException {
        LogId log = log();
        long position = number();
        return new Cursor(log, position, hash());
    }

    Map<DeviceId, Long> counters() throws LinkFormatException {
        Map<DeviceId, Long> counters = new HashMap<>();
        for (int left = count(DeviceId.BYTES + Long.BYTES); left > 0; left--) {
            DeviceId device = DeviceId.of(bytes(DeviceId.BYTES));
            counters.put(device, number());
        }
        return counters;
    }
}
