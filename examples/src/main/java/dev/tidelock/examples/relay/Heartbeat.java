package dev.tidelock.examples.relay;

import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.nio.ByteBuffer;
import org.xnio.IoUtils;
import org.xnio.Pooled;

/** Pings one client, and answers its pings; one of each is on its way at most. Safe for use by any number of threads. */
final class Heartbeat {
    private static final ByteBuffer PING = ByteBuffer.allocate(0);

    private final WebSocketChannel channel;
    private final LinePatience patience;

    // Guarded by this.
    private long pingNanos;
    private boolean pinging;
    private boolean ponging;
    private long pongNanos;

    Heartbeat(WebSocketChannel channel, LinePatience patience, long openedNanos) {
        this.channel = channel;
        this.patience = patience;
        this.pingNanos = openedNanos;
    }

    /** Asks for a sign of life, if it is time for that. */
    void beat(long nowNanos) {
        synchronized (this) {
            if (!LinePatience.isOver(nowNanos, pingNanos, patience.ping())) {
                return;
            }
            pingNanos = nowNanos;
            if (pinging) {
                return;
            }
            pinging = true;
        }
        WebSockets.sendPing(PING.duplicate(), channel, whenSent(this::pinged));
    }

    private synchronized void pinged() {
        pinging = false;
    }

    /**
     * Answers a ping, unless the answer to an earlier one has not left yet: whoever asks without reading would fill the
     * memory with answers.
     */
    void answer(BufferedBinaryMessage ping) {
        ByteBuffer answer;
        Pooled<ByteBuffer[]> pooled = ping.getData();
        try {
            answer = copy(pooled.getResource());
        } finally {
            pooled.free();
        }
        synchronized (this) {
            if (ponging) {
                return;
            }
            ponging = true;
            pongNanos = System.nanoTime();
        }
        WebSockets.sendPong(answer, channel, whenSent(this::ponged));
    }

    private static ByteBuffer copy(ByteBuffer[] pieces) {
        int length = 0;
        for (ByteBuffer piece : pieces) {
            length += piece.remaining();
        }
        ByteBuffer copy = ByteBuffer.allocate(length);
        for (ByteBuffer piece : pieces) {
            copy.put(piece);
        }
        return copy.flip();
    }

    private synchronized void ponged() {
        ponging = false;
    }

    /** Whether the client asks, and does not read the answer. */
    synchronized boolean isSlow(long nowNanos) {
        return ponging && LinePatience.isOver(nowNanos, pongNanos, patience.write());
    }

    /** @param after is run when a message has been handed to the network; if that fails, and no goodbye is on its way, the line is cut */
    private WebSocketCallback<Void> whenSent(Runnable after) {
        return new WebSocketCallback<>() {
            @Override
            public void complete(WebSocketChannel same, Void nothing) {
                after.run();
            }

            @Override
            public void onError(WebSocketChannel same, Void nothing, Throwable failure) {
                if (!channel.isCloseFrameSent()) {
                    IoUtils.safeClose(channel);
                }
            }
        };
    }
}
