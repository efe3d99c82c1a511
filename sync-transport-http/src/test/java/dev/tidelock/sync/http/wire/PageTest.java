package dev.tidelock.sync.http.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.TestEnvelopes;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final EnvelopeHash HASH = EnvelopeHash.ofEnvelope(new byte[] {1});
    private static final Cursor NEXT = new Cursor(new LogId("0123abcd"), 42, HASH);
    private static final int LIMIT = WireLimits.pageBytesMax(1 << 20);

    @Test
    void page_roundTrips() throws Exception {
        TestEnvelopes device = new TestEnvelopes(1);
        byte[] envelope = device.next(300).toByteArray();
        PageWriter writer = new PageWriter(1 << 20);
        writer.addEnvelope(envelope);
        writer.addOwn(HASH);
        Map<DeviceId, Long> heads = Map.of(device.device(), 7L, new TestEnvelopes(2).device(), 9L);

        PullResult.Page page = read(writer.write(NEXT, true, heads, 1234));

        assertEquals(NEXT, page.next());
        assertTrue(page.more());
        assertEquals(heads, page.heads());
        assertEquals(1234, page.remoteMillis());
        assertArrayEquals(envelope, ((PullResult.Sent) page.entries().get(0)).toByteArray());
        assertEquals(new PullResult.Own(HASH), page.entries().get(1));
    }

    @Test
    void page_isTheByteMapOfTheProtocol() {
        PageWriter writer = new PageWriter(1 << 20);
        writer.addEnvelope(new byte[] {9, 8, 7});
        byte[] expected = ByteBuffer.allocate(1 + 1 + 8 + 2 + 8 + 8 + 32 + 4 + 1 + 4 + 3)
                .put((byte) 1)
                .put((byte) 1)
                .putLong(1234)
                .putShort((short) 8)
                .put("0123abcd".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .putLong(42)
                .put(HASH.toByteArray())
                .putInt(1)
                .put((byte) 0)
                .putInt(3)
                .put(new byte[] {9, 8, 7})
                .array();
        assertArrayEquals(expected, writer.write(NEXT, true, null, 1234));
    }

    @Test
    void emptyPage_withoutHeads_isShort() throws Exception {
        byte[] bytes = new PageWriter(1 << 20).write(NEXT, false, null, 1234);
        assertTrue(bytes.length < 130, "a sync with nothing to do reads " + bytes.length + " bytes");
        assertFalse(read(bytes).more());
    }

    @Test
    void writer_hasRoomForOneLongEntry_andThenForWhatFits() {
        PageWriter writer = new PageWriter(100);
        assertTrue(writer.hasRoomForEnvelope(1000));
        writer.addEnvelope(new byte[50]);
        assertFalse(writer.hasRoomForEnvelope(41));
        assertTrue(writer.hasRoomForEnvelope(40));
        writer.addOwn(HASH);
        assertFalse(writer.hasRoomForOwn());
        assertThrows(IllegalStateException.class, () -> writer.addOwn(HASH));
    }

    @Test
    void page_cutAnywhere_isRefused() {
        byte[] bytes = whole();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(WireFormatException.class, () -> read(cut), "cut to " + length);
        }
    }

    @Test
    void page_withMoreBehindIt_isRefused() {
        byte[] bytes = whole();
        assertThrows(WireFormatException.class, () -> read(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    @Test
    void counts_thatLie_needNoRoom() {
        byte[] entries = new PageWriter(1 << 20).write(NEXT, true, null, 1);
        putInt(entries, entries.length - 4, -1);
        assertThrows(WireFormatException.class, () -> read(entries));
        byte[] heads = new PageWriter(1 << 20).write(NEXT, true, Map.of(), 1);
        for (int count : new int[] {-1, Integer.MAX_VALUE, WireLimits.DEVICES_MAX + 1, 1}) {
            putInt(heads, heads.length - 8, count);
            assertThrows(WireFormatException.class, () -> read(heads), "heads of " + count);
        }
        PageWriter writer = new PageWriter(1 << 20);
        writer.addEnvelope(new byte[] {1});
        byte[] envelope = writer.write(NEXT, true, null, 1);
        for (int length : new int[] {0, -1, (2 << 20) + 1, Integer.MAX_VALUE, 2 << 20}) {
            putInt(envelope, envelope.length - 5, length);
            assertThrows(WireFormatException.class, () -> read(envelope), "an envelope of " + length);
        }
    }

    @Test
    void unknownVersionFlagOrKind_isRefused() {
        refusedWith(0, (byte) 2);
        refusedWith(1, (byte) 4);
        refusedWith(2, (byte) 0x80);
        refusedWith(10, (byte) 1);
        refusedWith(12, (byte) 0xc3);
        refusedWith(12, (byte) ' ');
        refusedWith(20, (byte) 0x80);
        byte[] bytes = whole();
        refusedWith(bytes.length - 33, (byte) 2);
    }

    @Test
    void endlessPage_isLeftAtTheLimit() {
        byte[] start = new PageWriter(1 << 20).write(NEXT, true, null, 1);
        putInt(start, start.length - 4, -1);
        EndlessStream endless = new EndlessStream(start);
        assertThrows(WireFormatException.class, () -> PageReader.read(endless, 50_000));
        assertTrue(endless.given <= 50_000, endless.given + " bytes were read");
    }

    @Test
    void streamThatFails_isNotTheFormat() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("cut");
            }
        };
        assertThrows(IOException.class, () -> PageReader.read(failing, LIMIT));
    }

    private static byte[] whole() {
        TestEnvelopes device = new TestEnvelopes(1);
        PageWriter writer = new PageWriter(1 << 20);
        writer.addEnvelope(device.next(40).toByteArray());
        writer.addOwn(HASH);
        return writer.write(NEXT, true, Map.of(device.device(), 1L), 1234);
    }

    private static void refusedWith(int offset, byte value) {
        byte[] bytes = whole();
        bytes[offset] = value;
        assertThrows(WireFormatException.class, () -> read(bytes), "byte " + offset + " is " + value);
    }

    private static void putInt(byte[] bytes, int offset, int value) {
        ByteBuffer.wrap(bytes).putInt(offset, value);
    }

    private static PullResult.Page read(byte[] bytes) throws IOException, WireFormatException {
        return PageReader.read(new ByteArrayInputStream(bytes), LIMIT);
    }

    /** A start, and then entries of kind 1 for ever. */
    private static final class EndlessStream extends InputStream {
        private final byte[] start;
        private long given;

        EndlessStream(byte[] start) {
            this.start = start;
        }

        @Override
        public int read() {
            int value = given < start.length ? start[(int) given] & 0xff : 1;
            given++;
            return value;
        }
    }
}
