package dev.tidelock.sync.internal.bundle;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A bundle: envelopes, as they are, in a file.
 *
 * <pre>
 * size  field
 *   15  the ASCII text "tidelock-bundle"
 *    1  version: 1
 *   16  space id
 *   16  bundle id, random
 *       blocks, each:
 *    1    kind: 1 the first block, 2 envelopes, 3 the last block
 *    4    length of what follows
 *    n    the block's content, sealed as a message: context is the ASCII text "tidelock-bundle-v1", the bundle id, the number of the block (8, from 0) and its kind
 *
 * first block  id (16) of the device that wrote the bundle; number (4) of devices, each: id (16), counter (8) up to which the writer has everything,
 *              hash (32) of the envelope that ends there
 * envelopes    each: length (4), bytes; those of a device in the order of its counters
 * last block   number of envelopes (8)
 * </pre>
 */
final class BundleFormat {
    static final byte[] MAGIC = "tidelock-bundle".getBytes(StandardCharsets.US_ASCII);
    static final byte VERSION = 1;
    static final int ID_BYTES = 16;

    /** A block with more than one envelope is no longer than this. */
    static final int BLOCK_BYTES = 256 << 10;

    /** The longest content of a block. */
    static final int BLOCK_BYTES_MAX = Envelope.BYTES_MAX + BLOCK_BYTES;

    static final byte FIRST = 1;
    static final byte ENVELOPES = 2;
    static final byte LAST = 3;

    /** The length of a device in the first block. */
    static final int HEAD_BYTES = DeviceId.BYTES + Long.BYTES + EnvelopeHash.BYTES;

    private static final byte[] PURPOSE = "tidelock-bundle-v1".getBytes(StandardCharsets.US_ASCII);

    private BundleFormat() {}

    static byte[] context(byte[] bundleId, long block, byte kind) {
        return ByteBuffer.allocate(PURPOSE.length + ID_BYTES + Long.BYTES + 1)
                .put(PURPOSE)
                .put(bundleId)
                .putLong(block)
                .put(kind)
                .array();
    }

    static byte[] first(BundleHeader header) {
        Map<DeviceId, BundleHeader.Head> heads = header.heads();
        ByteBuffer out = ByteBuffer.allocate(DeviceId.BYTES + Integer.BYTES + heads.size() * HEAD_BYTES);
        out.put(header.writer().toByteArray()).putInt(heads.size());
        heads.forEach((device, head) -> out.put(device.toByteArray())
                .putLong(head.counter())
                .put(head.hash().toByteArray()));
        return out.array();
    }
}
