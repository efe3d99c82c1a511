package dev.tidelock.sync.motebit;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okio.Sink;
import okio.Socket;
import okio.Source;

/**
 * Asks for a line without compression: what is sealed does not compress, and what is compressed could be small on the wire and endless in memory. Bounds the messages of the
 * line that comes.
 */
final class LineUpgrade implements Interceptor {
    /** The longest event, and what is around it. A longer frame ends the line; then pulls have to do. */
    static final long FRAME_BYTES_MAX = EventSplitter.EVENT_BYTES_MAX + (4L << 10);

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
            throw new ProtocolException("the relay extends the line in a way that was not asked for");
        }
        return response.newBuilder().socket(new BoundedSocket(socket)).build();
    }

    private static final class BoundedSocket implements Socket {
        private final Socket socket;
        private final Source source;

        BoundedSocket(Socket socket) {
            this.socket = socket;
            this.source = new MessageLimit(socket.getSource(), FRAME_BYTES_MAX);
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
