package dev.tidelock.sync.monolith;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okio.Sink;
import okio.Socket;
import okio.Source;

/**
 * Asks for a socket without compression: what is sealed does not compress, and what is compressed could be small on the wire and endless in memory. Bounds the messages of the
 * socket that comes.
 */
final class BoundedUpgrade implements Interceptor {
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

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
            throw new ProtocolException("the relay extends the socket in a way that was not asked for");
        }
        return response.newBuilder().socket(new BoundedSocket(socket)).build();
    }

    private static final class BoundedSocket implements Socket {
        private final Socket socket;
        private final Source source;

        BoundedSocket(Socket socket) {
            this.socket = socket;
            this.source = new MessageLimit(socket.getSource(), MonolithLink.FRAME_BYTES_MAX);
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
