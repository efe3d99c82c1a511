package dev.tidelock.sync.link;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the fields that {@link LinkCodec} names. */
final class LinkWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private void bytes(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }

    void one(int value) {
        out.write(value);
    }

    void count(int value) {
        bytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    void number(long value) {
        bytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    void block(byte[] block) {
        count(block.length);
        bytes(block);
    }

    void hash(EnvelopeHash hash) {
        bytes(hash.toByteArray());
    }

    /** Text that is cut where it is too long: for people only. */
    void text(String text, int bytesMax) {
        String fits = text.length() * 3 <= bytesMax ? text : text.substring(0, Math.min(text.length(), bytesMax / 3));
        byte[] utf8 = fits.getBytes(StandardCharsets.UTF_8);
        bytes(ByteBuffer.allocate(Short.BYTES).putShort((short) utf8.length).array());
        bytes(utf8);
    }

    void log(LogId log) {
        text(log.value(), 3 * log.value().length());
    }

    void cursor(Cursor cursor) {
        log(cursor.log());
        number(cursor.position());
        hash(cursor.prefix());
    }

    void counters(Map<DeviceId, Long> counters) {
        count(counters.size());
        counters.forEach((device, counter) -> {
            bytes(device.toByteArray());
            number(counter);
        });
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
