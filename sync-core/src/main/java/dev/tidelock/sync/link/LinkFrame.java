package dev.tidelock.sync.link;

import dev.tidelock.sync.spi.seal.Sealer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A part of a message between two devices, sealed.
 *
 * <pre>
 * offset  size  field
 *      0     1  version: 1
 *      1    16  the sender's connection, random
 *     17    16  an answer: the connection of who asked; a question: zeros
 *     33     8  number of the question, counted by who asks, from 1
 *     41     4  edition, random: the parts of one message have the same, and a message that is made anew has another
 *     45     1  kind
 *     46     2  part, from 0
 *     48     2  number of parts
 *     50     n  the part, sealed; its context is the ASCII text "tidelock-link-v1" and everything before it
 * </pre>
 */
record LinkFrame(ConnectionId from, ConnectionId to, long number, int edition, Kind kind, int part, int parts) {
    static final int HEADER_BYTES = 50;

    private static final byte VERSION = 1;
    private static final byte[] PURPOSE = "tidelock-link-v1".getBytes(StandardCharsets.US_ASCII);

    /** What a message is. */
    enum Kind {
        PUSH(1),
        PULL(2),
        RECEIPT(16),
        PAGE(17);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        boolean isQuestion() {
            return this == PUSH || this == PULL;
        }

        Kind answer() {
            return this == PUSH ? RECEIPT : PAGE;
        }

        private static @Nullable Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    /** Names one run of one end of a link. */
    record ConnectionId(long high, long low) {
        static final ConnectionId NONE = new ConnectionId(0, 0);
    }

    /** A frame that was opened: who made it holds the space's keys. */
    record Opened(LinkFrame header, byte[] content) {}

    /** How much of a message fits one frame of that length. */
    static int contentBytes(int frameBytes) {
        return frameBytes - HEADER_BYTES - Sealer.MESSAGE_OVERHEAD_MAX;
    }

    byte[] seal(byte[] content, Sealer sealer) {
        byte[] header = header();
        byte[] sealed = sealer.sealMessage(content, context(header));
        byte[] frame = Arrays.copyOf(header, HEADER_BYTES + sealed.length);
        System.arraycopy(sealed, 0, frame, HEADER_BYTES, sealed.length);
        return frame;
    }

    private byte[] header() {
        return ByteBuffer.allocate(HEADER_BYTES)
                .put(VERSION)
                .putLong(from.high())
                .putLong(from.low())
                .putLong(to.high())
                .putLong(to.low())
                .putLong(number)
                .putInt(edition)
                .put(kind.code)
                .putShort((short) part)
                .putShort((short) parts)
                .array();
    }

    private static byte[] context(byte[] header) {
        byte[] context = Arrays.copyOf(PURPOSE, PURPOSE.length + HEADER_BYTES);
        System.arraycopy(header, 0, context, PURPOSE.length, HEADER_BYTES);
        return context;
    }

    /** What a frame says of itself, before anything vouches for it; null if it is no frame. */
    static @Nullable LinkFrame peek(byte[] frame) {
        if (frame.length <= HEADER_BYTES || frame[0] != VERSION) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(frame, 1, HEADER_BYTES - 1);
        ConnectionId from = new ConnectionId(in.getLong(), in.getLong());
        ConnectionId to = new ConnectionId(in.getLong(), in.getLong());
        long number = in.getLong();
        int edition = in.getInt();
        Kind kind = Kind.of(in.get());
        int part = Short.toUnsignedInt(in.getShort());
        int parts = Short.toUnsignedInt(in.getShort());
        boolean holds = kind != null
                && number > 0
                && part < parts
                && !from.equals(ConnectionId.NONE)
                && kind.isQuestion() == to.equals(ConnectionId.NONE);
        return holds && kind != null ? new LinkFrame(from, to, number, edition, kind, part, parts) : null;
    }

    /** Opens a frame whose header was read already; null if the seal does not hold. */
    @Nullable
    Opened open(byte[] frame, Sealer sealer) {
        byte[] sealed = Arrays.copyOfRange(frame, HEADER_BYTES, frame.length);
        byte[] content = sealer.openMessage(sealed, context(Arrays.copyOf(frame, HEADER_BYTES)));
        return content == null ? null : new Opened(this, content);
    }
}
