package dev.tidelock.sync.http.internal;

import java.io.IOException;
import java.net.ProtocolException;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/**
 * Passes on what a relay sends, and fails before a message that is too long: OkHttp reads every message whole, however long it says it is. Looks at the heads of the frames
 * only (RFC 6455, section 5.2).
 */
final class MessageLimit extends ForwardingSource {
    private static final int LENGTH_IN_2_BYTES = 126;
    private static final int LENGTH_IN_8_BYTES = 127;
    private static final int MASK_BYTES = 4;

    private final long bytesMax;
    private final byte[] head = new byte[2 + Long.BYTES + MASK_BYTES];
    private int headBytes;
    private long payloadLeft;
    private long messageBytes;

    MessageLimit(Source source, long bytesMax) {
        super(source);
        this.bytesMax = bytesMax;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
        long begin = sink.size();
        long read = super.read(sink, byteCount);
        long end = begin + Math.max(0, read);
        for (long at = begin; at < end; ) {
            if (payloadLeft > 0) {
                long passed = Math.min(payloadLeft, end - at);
                payloadLeft -= passed;
                at += passed;
            } else {
                head[headBytes++] = sink.getByte(at++);
                if (headBytes >= 2 && headBytes == headLength()) {
                    beginFrame();
                }
            }
        }
        return read;
    }

    private int headLength() {
        int mask = (head[1] & 0x80) == 0 ? 0 : MASK_BYTES;
        return 2 + lengthBytes() + mask;
    }

    private int lengthBytes() {
        return switch (head[1] & 0x7f) {
            case LENGTH_IN_2_BYTES -> Short.BYTES;
            case LENGTH_IN_8_BYTES -> Long.BYTES;
            default -> 0;
        };
    }

    private void beginFrame() throws ProtocolException {
        long length = lengthBytes() == 0 ? head[1] & 0x7f : 0;
        for (int i = 0; i < lengthBytes(); i++) {
            length = (length << 8) | (head[2 + i] & 0xff);
        }
        int opcode = head[0] & 0x0f;
        boolean control = opcode >= 8;
        if (!control) {
            messageBytes = opcode == 0 ? messageBytes : 0; // 0 goes on with the message before
            if (length < 0 || length > bytesMax - messageBytes) {
                throw new ProtocolException("a message of more than " + bytesMax + " bytes");
            }
            messageBytes += length;
        }
        payloadLeft = Math.max(0, length);
        headBytes = 0;
    }
}
