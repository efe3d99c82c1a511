package dev.tidelock.sync.http.wire;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.transport.Cursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects one page of a log, and writes it. {@link PageReader} reads it back.
 *
 * <pre>
 *     size  field (numbers are big endian)
 *        1  version, now 1; any other value is refused
 *        1  flags: bit 0, the log goes on after this page; bit 1, heads follow; all other bits are 0
 *        8  the relay's time, in milliseconds since 1970
 *    2 + n  length and ASCII text of the log id, 1 to 64 characters
 *        8  position after the last entry
 *       32  hash of the log's prefix up to there
 * 4 + 24 k  only with bit 1: number of devices, then for each its id (16) and the last counter that the log holds (8)
 *        4  number of entries
 *           each entry: kind (1); kind 0: length (4) and bytes of an envelope; kind 1: the hash (32) of an envelope that the
 *           reading device wrote
 * </pre>
 *
 * <p>For one page and one thread.
 */
public final class PageWriter {
    static final int VERSION = 1;
    static final int FLAG_MORE = 1;
    static final int FLAG_HEADS = 2;
    static final int KIND_ENVELOPE = 0;
    static final int KIND_OWN = 1;
    static final int LOG_ID_BYTES_MAX = 64;
    static final int HEAD_BYTES = DeviceId.BYTES + Long.BYTES;

    /** What an envelope costs beside its own bytes: its kind and its length. */
    static final int ENVELOPE_OVERHEAD_BYTES = 1 + Integer.BYTES;

    /** Up to the log id's length. */
    private static final int FIXED_BYTES = 1 + 1 + Long.BYTES + Short.BYTES;

    /** All that may stand before the first entry. */
    static final int HEAD_BYTES_MAX = FIXED_BYTES
            + LOG_ID_BYTES_MAX
            + Long.BYTES
            + EnvelopeHash.BYTES
            + Integer.BYTES
            + HEAD_BYTES * WireLimits.DEVICES_MAX
            + Integer.BYTES;

    private final int bytesMax;
    private final List<Entry> entries = new ArrayList<>();
    private int entryBytes;

    /** @param bytesMax how many bytes of entries the page may hold, unless its only one is longer */
    public PageWriter(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Whether there is room for an envelope of this length; there always is for the first entry. */
    public boolean hasRoomForEnvelope(int length) {
        return hasRoomFor(ENVELOPE_OVERHEAD_BYTES + length);
    }

    /** Whether there is room for the name of an envelope that the reading device wrote. */
    public boolean hasRoomForOwn() {
        return hasRoomFor(1 + EnvelopeHash.BYTES);
    }

    private boolean hasRoomFor(int length) {
        return entries.isEmpty() || length <= bytesMax - entryBytes;
    }

    /** Adds an envelope; its bytes are not copied. */
    public void addEnvelope(byte[] envelope) {
        add(new Entry(KIND_ENVELOPE, envelope), ENVELOPE_OVERHEAD_BYTES);
    }

    /** Adds the name of an envelope that the reading device wrote. */
    public void addOwn(EnvelopeHash hash) {
        add(new Entry(KIND_OWN, hash.toByteArray()), 1);
    }

    private void add(Entry entry, int overhead) {
        if (!hasRoomFor(overhead + entry.bytes.length)) {
            throw new IllegalStateException("no room for an entry of " + entry.bytes.length + " bytes");
        }
        entries.add(entry);
        entryBytes += overhead + entry.bytes.length;
    }

    /**
     * Writes the page.
     *
     * @param next the cursor after the last entry
     * @param more whether the log goes on after that
     * @param heads per device, the last counter that the log holds; null in the answer to a pull by cursor
     */
    public byte[] write(Cursor next, boolean more, @Nullable Map<DeviceId, Long> heads, long timeMillis) {
        byte[] log = next.log().value().getBytes(StandardCharsets.US_ASCII);
        int headsBytes = heads == null ? 0 : Integer.BYTES + HEAD_BYTES * heads.size();
        ByteBuffer out = ByteBuffer.allocate(
                FIXED_BYTES + log.length + Long.BYTES + EnvelopeHash.BYTES + headsBytes + Integer.BYTES + entryBytes);
        out.put((byte) VERSION).put((byte) ((more ? FLAG_MORE : 0) | (heads == null ? 0 : FLAG_HEADS)));
        out.putLong(timeMillis).putShort((short) log.length).put(log);
        out.putLong(next.position()).put(next.prefix().toByteArray());
        if (heads != null) {
            out.putInt(heads.size());
            heads.forEach((device, counter) -> out.put(device.toByteArray()).putLong(counter));
        }
        out.putInt(entries.size());
        for (Entry entry : entries) {
            out.put((byte) entry.kind);
            if (entry.kind == KIND_ENVELOPE) {
                out.putInt(entry.bytes.length);
            }
            out.put(entry.bytes);
        }
        return out.array();
    }

    private static final class Entry {
        private final int kind;
        private final byte[] bytes;

        Entry(int kind, byte[] bytes) {
            this.kind = kind;
            this.bytes = bytes;
        }
    }
}
