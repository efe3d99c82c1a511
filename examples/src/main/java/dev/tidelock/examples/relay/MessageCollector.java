package dev.tidelock.examples.relay;

import dev.tidelock.sync.ws.wire.LineLimits;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.websockets.core.StreamSourceFrameChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;

/** Collects one message as it arrives, on a network thread. A long one takes its share of the memory before it is here; what is too long is read and thrown away, while the line ends. */
final class MessageCollector implements ChannelListener<StreamSourceFrameChannel> {
    /** A body is here twice while it is taken apart. */
    private static final int COPIES = 2;

    private final LiveSocket socket;
    private final StreamSourceFrameChannel source;
    private final LineRequests requests;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

    // Guarded by this.
    private ByteBudget.@Nullable Share share;
    private int paidBytes = RelayLimits.SMALL_BYTES_MAX;
    private boolean thrownAway;

    MessageCollector(LiveSocket socket, StreamSourceFrameChannel source, LineRequests requests) {
        this.socket = socket;
        this.source = source;
        this.requests = requests;
    }

    @Override
    public void handleEvent(StreamSourceFrameChannel same) {
        socket.heard();
        read();
    }

    void read() {
        try (PooledByteBuffer pooled =
                source.getWebSocketChannel().getBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            for (int read = source.read(buffer); read != 0; read = source.read(buffer)) {
                if (read < 0) {
                    if (!isThrownAway()) {
                        socket.arrived(this);
                    }
                    return;
                }
                buffer.flip();
                take(buffer);
                buffer.clear();
            }
            source.getReadSetter().set(this);
            source.resumeReads();
        } catch (IOException broken) {
            abandon();
            IoUtils.safeClose(source.getWebSocketChannel());
        }
    }

    private synchronized void take(ByteBuffer piece) {
        int length = piece.remaining();
        if (thrownAway) {
            return;
        }
        if (length > socket.bytesMax() - collected.size()) {
            throwAway(LineLimits.CLOSE_TOO_LONG, "");
            return;
        }
        try {
            while (collected.size() + length > paidBytes) {
                pay();
            }
        } catch (RefusedException full) {
            throwAway(LineLimits.CLOSE_FULL, String.valueOf(full.retryAfterSeconds()));
            return;
        }
        byte[] bytes = new byte[length];
        piece.get(bytes);
        collected.write(bytes, 0, length);
    }

    private void pay() throws RefusedException {
        int step = Math.min(paidBytes, LineLimits.REQUEST_BYTES_MAX - paidBytes);
        if (share == null) {
            share = requests.share(COPIES * step);
        } else {
            share.grow(COPIES * step);
        }
        paidBytes += step;
    }

    private void throwAway(int code, String reason) {
        abandon();
        socket.goodbye(code, reason);
    }

    /** Nobody wants it any more. */
    synchronized void abandon() {
        thrownAway = true;
        giveBack();
        collected.reset();
    }

    private synchronized boolean isThrownAway() {
        return thrownAway;
    }

    synchronized int length() {
        return collected.size();
    }

    synchronized byte[] bytes() {
        return collected.toByteArray();
    }

    /** The memory that it took; may be given back twice. */
    synchronized void giveBack() {
        if (share != null) {
            share.giveBack();
        }
    }
}
