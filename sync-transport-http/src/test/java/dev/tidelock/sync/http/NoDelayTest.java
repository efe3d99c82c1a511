package dev.tidelock.sync.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.http.internal.NoDelaySocketFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class NoDelayTest extends HttpRelayFixture {
    /** Remembers the sockets that it made. */
    private static final class Recording extends SocketFactory {
        final List<Socket> made = new ArrayList<>();

        private Socket recorded(Socket socket) {
            made.add(socket);
            return socket;
        }

        @Override
        public Socket createSocket() {
            return recorded(new Socket());
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return recorded(new Socket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return recorded(new Socket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return recorded(new Socket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return recorded(new Socket(host, port, local, localPort));
        }
    }

    @Test
    void socketsOfARelay_doNotWaitForMore() throws Exception {
        Recording sockets = new Recording();
        OkHttpClient appClient =
                new OkHttpClient.Builder().socketFactory(sockets).build();
        try (HttpRelay relay = HttpRelay.at(server.url("/").toString(), wallMillis::get)
                .okHttpClient(appClient)
                .open(SPACE, device.publicKey(), this::token)) {
            answer(Answers.page(List.of()));
            relay.transport().pull(PULL);
            assertEquals(1, sockets.made.size());
            assertTrue(sockets.made.get(0).getTcpNoDelay());
        }
        assertFalse(sockets.made.get(0).isClosed(), "the app's connections stay the app's");
        appClient.connectionPool().evictAll();
    }

    @Test
    void everyKindOfSocket_doesNotWait() throws Exception {
        Recording sockets = new Recording();
        SocketFactory noDelay = new NoDelaySocketFactory(sockets);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listening = new ServerSocket(0, 50, loopback)) {
            int port = listening.getLocalPort();
            noDelay.createSocket();
            noDelay.createSocket(loopback, port);
            noDelay.createSocket(loopback.getHostAddress(), port);
            noDelay.createSocket(loopback, port, loopback, 0);
            noDelay.createSocket(loopback.getHostAddress(), port, loopback, 0);
            assertEquals(5, sockets.made.size());
            for (Socket socket : sockets.made) {
                assertNotNull(socket);
                assertTrue(socket.getTcpNoDelay());
                socket.close();
            }
        }
    }
}
