package dev.tidelock.sync.http.internal;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okio.Sink;
import okio.Socket;
import okio.Source;

/**
 * Asks for a WebSocket without compression: what is sealed does not compress, and what is compressed could be small on the wire and endless in memory. Bounds the messages of the
 * one that comes. Leaves other requests alone.
 */
public final class BoundedUpgrade implements Interceptor {
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    private final long messageBytesMax;

    /** @param messageBytesMax the longest message that a relay may send; one that is longer ends the socket before it is read */
    public BoundedUpgrade(long messageBytesMax) {
        this.messageBytesMax = messageBytesMax;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request().newBuilder().removeHeader(EXTENSIONS).build();
        Response response = chain.proceed(request);
        Socket socket = response.socket();
        if (response.code() != 101 || socket == null) {
            return response;
        }
        if (response.header(EXTENSIONS) != null) {
            socket.cancel();
            throw new ProtocolException("the relay extends the WebSocket in a way that was not asked for");
        }
        return response.newBuilder()
                .socket(new BoundedSocket(socket, messageBytesMax))
                .build();
    }

    private static final class BoundedSocket implements Socket {
        private final Socket socket;
        private final Source source;

        BoundedSocket(Socket socket, long messageBytesMax) {
            this.socket = socket;
            this.source = new MessageLimit(socket.getSource(), messageBytesMax);
        }

        @Override
        public Source getSource() {
            return source;
        }

        @Override
        public Sink getSink() {
            return socket.getSink();
        }

        @Override
        public void cancel() {
            socket.cancel();
        }
    }
}
