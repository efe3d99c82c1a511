package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.ws.wire.LineLimits;
import dev.tidelock.sync.ws.wire.LineMessage;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.websockets.client.WebSocketClient;
import io.undertow.websockets.client.WebSocketClientNegotiation;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.StreamSinkFrameChannel;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSocketFrameType;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** A client that says whatever it is told to, at whatever time. A thousand of them need three threads. */
final class RawLine implements AutoCloseable {
    private static final int WAIT_SECONDS_MAX = 30;
    private static final LineMessage END = LineMessage.of(LineMessage.Kind.TAKEN, 0, new byte[0]);
    private static final DefaultByteBufferPool BUFFERS = new DefaultByteBufferPool(false, 8192);

    private final WebSocketChannel channel;
    private final BlockingQueue<LineMessage> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private volatile CompletableFuture<String> pong = new CompletableFuture<>();
    private volatile Consumer<LineMessage> receiver = arrived::add;

    private RawLine(WebSocketChannel channel) {
        this.channel = channel;
    }

    static XnioWorker worker() throws IOException {
        return Xnio.getInstance()
                .createWorker(OptionMap.builder()
                        .set(Options.WORKER_IO_THREADS, 2)
                        .set(Options.WORKER_TASK_CORE_THREADS, 1)
                        .set(Options.WORKER_TASK_MAX_THREADS, 1)
                        .set(Options.THREAD_DAEMON, true)
                        .getMap());
    }

    /** @param path such as {@code /v1/spaces/ID} */
    static RawLine open(XnioWorker worker, String url, String path) throws IOException {
        RawLine line = new RawLine(WebSocketClient.connectionBuilder(worker, BUFFERS, URI.create(url + path + "/live"))
                .setOptionMap(OptionMap.create(Options.TCP_NODELAY, true))
                .setClientNegotiation(new WebSocketClientNegotiation(List.of(LineLimits.SUBPROTOCOL), List.of()))
                .connect()
                .get());
        line.channel.getReceiveSetter().set(line.new Receiving());
        line.channel.addCloseTask(closed -> line.closeCode.complete(1006));
        line.channel.resumeReceives();
        return line;
    }

    private final class Receiving extends AbstractReceiveListener {
        @Override
        protected void onFullBinaryMessage(WebSocketChannel same, BufferedBinaryMessage message) throws IOException {
            var pooled = message.getData();
            try {
                ByteBuffer whole = WebSockets.mergeBuffers(pooled.getResource());
                byte[] bytes = new byte[whole.remaining()];
                whole.get(bytes);
                receiver.accept(LineMessage.read(bytes));
            } catch (WireFormatException broken) {
                throw new IOException(broken);
            } finally {
                pooled.close();
            }
        }

        @Override
        protected void onFullPongMessage(WebSocketChannel same, BufferedBinaryMessage message) {
            var pooled = message.getData();
            try {
                pong.complete(StandardCharsets.UTF_8
                        .decode(WebSockets.mergeBuffers(pooled.getResource()))
                        .toString());
            } finally {
                pooled.free();
            }
        }

        @Override
        protected void onCloseMessage(CloseMessage message, WebSocketChannel same) {
            closeCode.complete(message.getCode());
        }

        @Override
        protected long getMaxBinaryBufferSize() {
            return LineLimits.ANSWER_BYTES_MAX;
        }
    }

    /** From now on messages go here, on a network thread. */
    void receive(Consumer<LineMessage> there) {
        receiver = there;
    }

    void send(LineMessage.Kind kind, int number, byte[] body) {
        send(LineMessage.of(kind, number, body).write());
    }

    void send(byte[] message) {
        WebSockets.sendBinary(ByteBuffer.wrap(message), channel, null);
    }

    /** Sends the beginning of a message, and nothing more of it. */
    void sendHalf(byte[] beginning) throws IOException {
        StreamSinkFrameChannel sink = channel.send(WebSocketFrameType.BINARY);
        ByteBuffer left = ByteBuffer.wrap(beginning);
        while (left.hasRemaining()) {
            if (sink.write(left) == 0) {
                sink.awaitWritable();
            }
        }
        sink.flush();
    }

    /** Sends a ping, and waits for its answer. */
    String ping(String text) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        pong = answer;
        WebSockets.sendPing(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), channel, null);
        return answer.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    }

    void sendText(String text) {
        WebSockets.sendText(text, channel, null);
    }

    /** Reads nothing any more. */
    void stopReading() {
        channel.suspendReceives();
    }

    void goOnReading() {
        channel.resumeReceives();
    }

    LineMessage next() throws InterruptedException, TimeoutException {
        LineMessage message = arrived.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        if (message == null) {
            throw new TimeoutException("nothing came");
        }
        return message;
    }

    /** As {@link #next}, but null if the relay has ended the line. */
    LineMessage nextUnlessClosed() throws InterruptedException, TimeoutException {
        closeCode.whenComplete((code, failed) -> arrived.add(END));
        LineMessage message = next();
        return message == END ? null : message;
    }

    /** How the relay ended the line; 1006 if it hung up. */
    int closeCode() throws Exception {
        return closeCode.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    }

    boolean isOpen() {
        return !closeCode.isDone();
    }

    @Override
    public void close() {
        IoUtils.safeClose(channel);
    }
}
