package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a client sends, or does not send, the relay goes on answering the others. */
@Timeout(120)
class HostileClientTest {
    private static final int ROUNDS = Boolean.getBoolean("tidelock.long") ? 20_000 : 400;

    @TempDir
    Path folder;

    private TestSpace space;

    private void start(Duration requestTimeout) throws Exception {
        space = TestSpace.start(RelaySettings.of(folder.resolve("relay.db")).withRequestTimeout(requestTimeout), 2);
    }

    @AfterEach
    void stopRelay() throws Exception {
        space.close();
    }

    private String token() {
        return "Tidelock " + space.keys(0).tokenAt(System.currentTimeMillis());
    }

    private Socket connect() throws IOException {
        URI url = URI.create(space.url());
        Socket socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private void assertServes() throws Exception {
        PullResult result = space.connect(1).transport().pull(PullRequest.missing(Map.of(), 0));
        assertTrue(result instanceof PullResult.Page);
    }

    private static byte[] bend(byte[] valid, Random random) {
        byte[] bent = valid.clone();
        for (int i = random.nextInt(5); i >= 0 && bent.length > 0; i--) {
            int at = random.nextInt(bent.length);
            switch (random.nextInt(4)) {
                case 0 -> bent = Arrays.copyOf(bent, at);
                case 1 -> bent = Arrays.copyOf(bent, bent.length + random.nextInt(20));
                default -> bent[at] = (byte) random.nextInt(256);
            }
        }
        return bent;
    }

    @Test
    void bodies_bent_areAnsweredOrRefused_neverWithAnInternalError() throws Exception {
        start(RelaySettings.REQUEST_TIMEOUT_DEFAULT);
        RawHttp http = new RawHttp(space.url());
        List<Envelope> envelopes = space.next(0, 2, 60);
        ByteArrayOutputStream push = new ByteArrayOutputStream();
        PushBody.write(envelopes, push);
        byte[] pull = "{\"known\":{},\"from\":0,\"bytesMax\":65536}".getBytes(StandardCharsets.UTF_8);
        String token = token();
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            boolean pushes = random.nextBoolean();
            HttpResponse<byte[]> response = http.send(http.body(
                            "POST",
                            space.path() + (pushes ? "/push" : "/pull"),
                            pushes ? "application/vnd.tidelock.envelopes" : "application/json",
                            bend(pushes ? push.toByteArray() : pull, random))
                    .header("Authorization", token));
            assertTrue(
                    List.of(200, 400).contains(response.statusCode()),
                    "seed " + seed + " is answered with " + response.statusCode());
        }
        assertServes();
    }

    @Test
    void junk_onTheWire_leavesTheRelayAlone() throws Exception {
        start(RelaySettings.REQUEST_TIMEOUT_DEFAULT);
        byte[] request = ("POST " + space.path() + "/pull HTTP/1.1\r\nHost: a\r\nAuthorization: " + token()
                        + "\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n{\"known\":{},\"from\":0}  ")
                .getBytes(StandardCharsets.US_ASCII);
        for (int seed = 0; seed < ROUNDS; seed++) {
            byte[] bent = bend(request, new Random(seed));
            try (Socket socket = connect()) {
                OutputStream out = socket.getOutputStream();
                out.write(bent);
                out.flush();
                socket.shutdownOutput();
                readToTheEnd(socket.getInputStream());
            } catch (java.net.SocketException reset) {
                // That is an answer, too.
            }
        }
        assertServes();
    }

    private static String readToTheEnd(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void upload_thatStops_isCutAndGivesItsMemoryBack() throws Exception {
        start(Duration.ofMillis(300));
        String head = "POST " + space.path() + "/push HTTP/1.1\r\nHost: a\r\nAuthorization: " + token()
                + "\r\nContent-Type: application/vnd.tidelock.envelopes\r\nContent-Length: " + (8 << 20) + "\r\n\r\n";
        // Twice as many as there is memory for.
        for (int i = 0; i < 2 * RelayLimits.BODY_BYTES_MAX / (8 << 20); i++) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write((head + "abc").getBytes(StandardCharsets.US_ASCII));
                assertEquals("", readToTheEnd(socket.getInputStream()), "upload " + i);
            }
        }
        assertServes();
    }

    @Test
    void uploads_thatDripTogether_areToldToComeBack() throws Exception {
        start(Duration.ofSeconds(3));
        String head = "POST " + space.path() + "/push HTTP/1.1\r\nHost: a\r\nAuthorization: " + token()
                + "\r\nContent-Type: application/vnd.tidelock.envelopes\r\nContent-Length: " + (8 << 20) + "\r\n\r\n";
        Socket[] sockets = new Socket[RelayLimits.BODY_BYTES_MAX / (8 << 20) + 1];
        try {
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = connect();
                sockets[i].getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            }
            int refused = 0;
            for (Socket socket : sockets) {
                refused += readToTheEnd(socket.getInputStream()).startsWith("HTTP/1.1 429") ? 1 : 0;
            }
            assertEquals(1, refused);
        } finally {
            for (Socket socket : sockets) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
        assertServes();
    }
}
