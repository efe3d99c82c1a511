package dev.tidelock.sync.http.wire;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PullResult.LogEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what {@link PageWriter} writes, as it arrives. Never holds more than what has arrived, and the room for one envelope; never
 * reads on past the length that was asked for. Whether the entries are envelopes, and whether they lead to the cursor, is for the
 * caller to find out.
 */
public final class PageReader {
    private final InputStream in;
    private int bytesLeft;

    private PageReader(InputStream in, int bytesMax) {
        this.in = in;
        this.bytesLeft = bytesMax;
    }

    /**
     * Reads one page up to the end of the stream.
     *
     * @param bytesMax the longest page that is accepted; see {@link WireLimits#pageBytesMax}
     * @throws IOException if the stream fails
     * @throws WireFormatException if it does not, and what it holds is not a page
     */
    public static PullResult.Page read(InputStream in, int bytesMax) throws IOException, WireFormatException {
        return new PageReader(in, bytesMax).page();
    }

    private PullResult.Page page() throws IOException, WireFormatException {
        int version = take(1).get() & 0xff;
        if (version != PageWriter.VERSION) {
            throw new WireFormatException(
                    "a page of version " + version + "; this library reads version " + PageWriter.VERSION);
        }
        int flags = take(1).get() & 0xff;
        if ((flags & ~(PageWriter.FLAG_MORE | PageWriter.FLAG_HEADS)) != 0) {
            throw new WireFormatException("unknown page flags " + flags);
        }
        long timeMillis = notNegative(take(Long.BYTES).getLong(), "time");
        LogId log = log();
        long position = notNegative(take(Long.BYTES).getLong(), "position");
        EnvelopeHash prefix = hash();
        Map<DeviceId, Long> heads = (flags & PageWriter.FLAG_HEADS) == 0 ? Map.of() : heads();
        List<LogEntry> entries = entries();
        if (in.read() >= 0) {
            throw new WireFormatException("something follows the last entry of a page");
        }
        boolean more = (flags & PageWriter.FLAG_MORE) != 0;
        return new PullResult.Page(entries, new Cursor(log, position, prefix), more, heads, timeMillis);
    }

    private LogId log() throws IOException, WireFormatException {
        int length = take(Short.BYTES).getShort() & 0xffff;
        if (length > PageWriter.LOG_ID_BYTES_MAX) {
            throw new WireFormatException("a log id of " + length + " bytes");
        }
        // A byte above 127 becomes a character that is no ASCII either, and is refused as such.
        return ErrorAnswer.logId(new String(take(length).array(), StandardCharsets.US_ASCII));
    }

    private Map<DeviceId, Long> heads() throws IOException, WireFormatException {
        int count = take(Integer.BYTES).getInt();
        if (count < 0 || count > WireLimits.DEVICES_MAX) {
            throw new WireFormatException("a page with the heads of " + (count & 0xffffffffL) + " devices");
        }
        Map<DeviceId, Long> heads = new HashMap<>();
        for (int i = 0; i < count; i++) {
            ByteBuffer head = take(PageWriter.HEAD_BYTES);
            long counter = head.getLong(DeviceId.BYTES);
            if (counter < 0 || counter > EnvelopeHeader.COUNTER_MAX) {
                throw new WireFormatException("a page with a head at counter " + counter);
            }
            if (heads.put(DeviceId.of(head.array(), 0), counter) != null) {
                throw new WireFormatException("a page with two heads of one device");
            }
        }
        return heads;
    }

    private List<LogEntry> entries() throws IOException, WireFormatException {
        int count = take(Integer.BYTES).getInt();
        // The count is only a claim: no room is made for entries that have not arrived.
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i != count; i++) {
            int kind = take(1).get();
            switch (kind) {
                case PageWriter.KIND_ENVELOPE -> entries.add(new PullResult.Sent(envelope()));
                case PageWriter.KIND_OWN -> entries.add(new PullResult.Own(hash()));
                default -> throw new WireFormatException("a page entry of kind " + kind);
            }
        }
        return entries;
    }

    private byte[] envelope() throws IOException, WireFormatException {
        int length = take(Integer.BYTES).getInt();
        if (length < 1 || length > Envelope.BYTES_MAX) {
            throw new WireFormatException("a page with an envelope of " + (length & 0xffffffffL) + " bytes");
        }
        return take(length).array();
    }

    private EnvelopeHash hash() throws IOException, WireFormatException {
        return EnvelopeHash.of(take(EnvelopeHash.BYTES).array());
    }

    private static long notNegative(long value, String what) throws WireFormatException {
        if (value < 0) {
            throw new WireFormatException("a page with a negative " + what);
        }
        return value;
    }

    private ByteBuffer take(int length) throws IOException, WireFormatException {
        if (length > bytesLeft) {
            throw new WireFormatException("a page that is longer than was asked for");
        }
        bytesLeft -= length;
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            int read = in.read(bytes, at, length - at);
            if (read < 0) {
                throw new WireFormatException("a page that ends early");
            }
            at += read;
        }
        return ByteBuffer.wrap(bytes);
    }
}
