package dev.tidelock.examples.relay;

import io.undertow.util.ImmediatePooledByteBuffer;
import io.undertow.websockets.core.StreamSinkFrameChannel;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSocketFrameType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;

/** The last frame of a line, written by hand: Undertow takes 1012 and 1013 for codes that do not exist. */
final class CloseFrame {
    private CloseFrame() {}

    /** Sends it without waiting, and reads on to its answer; if that fails, the line is cut. */
    static void send(WebSocketChannel channel, int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(Short.BYTES + text.length)
                .putShort((short) code)
                .put(text)
                .flip();
        try {
            StreamSinkFrameChannel sink = channel.send(WebSocketFrameType.CLOSE);
            sink.send(new ImmediatePooledByteBuffer(payload));
            sink.shutdownWrites();
            if (!sink.flush()) {
                sink.getWriteSetter()
                        .set(ChannelListeners.flushingChannelListener(
                                null, (same, failed) -> IoUtils.safeClose(channel)));
                sink.resumeWrites();
            }
            channel.resumeReceives();
        } catch (IOException | RuntimeException gone) {
            IoUtils.safeClose(channel);
        }
    }
}
