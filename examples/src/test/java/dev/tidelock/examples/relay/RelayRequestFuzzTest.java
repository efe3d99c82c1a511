package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.MediaTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a client sends, the relay answers it or hangs up, and is never broken by it. */
class RelayRequestFuzzTest {
    @TempDir
    static Path folder;

    private static TestSpace space;
    private static RawHttp http;

    @BeforeAll
    static void startRelay() throws Exception {
        // A clock that stands still: a token stays good for as long as the fuzzing takes.
        space = TestSpace.start(
                RelaySettings.of(folder.resolve("relay.db")).withWallMillis(() -> 1_700_000_000_000L), 2);
        http = new RawHttp(space.url());
    }

    @AfterAll
    static void stopRelay() throws IOException {
        space.close();
    }

    private static String token() {
        return "Tidelock " + space.keys(0).tokenAt(1_700_000_000_000L);
    }

    /** Behind the token: the first byte chooses the request, the rest is its body. */
    @FuzzTest
    void body(byte[] bytes) throws Exception {
        if (bytes.length == 0) {
            return;
        }
        byte[] body = Arrays.copyOfRange(bytes, 1, bytes.length);
        HttpResponse<byte[]> response = switch (bytes[0] & 3) {
            case 0 -> send("POST", space.path() + "/push", MediaTypes.ENVELOPES, body);
            case 1 -> send("POST", space.path() + "/pull", MediaTypes.JSON, body);
            case 2 -> send("PUT", space.path() + "/devices/" + space.keys(1).device(), MediaTypes.JSON, body);
            default -> send("POST", "/v1/mailboxes/000102030405060708090a0b0c0d0e0f", MediaTypes.JSON, body);
        };
        requireSound(response.statusCode(), response.body());
    }

    /** Before it: the header is what the input says. */
    @FuzzTest
    void token(byte[] bytes) throws Exception {
        String shown = new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("[^!-~]", "x");
        HttpResponse<byte[]> response = http.send(http.json("POST", space.path() + "/pull", "{\"known\":{},\"from\":0}")
                .header("Authorization", "Tidelock " + shown));
        requireSound(response.statusCode(), response.body());
    }

    /** Before anything: these bytes, and then the end of the line. */
    @FuzzTest
    void raw(byte[] bytes) throws IOException {
        URI url = URI.create(space.url());
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            socket.getInputStream().transferTo(answer);
        } catch (java.net.SocketException hungUp) {
            // The relay may hang up on such a client at any time.
        }
        String text = answer.toString(StandardCharsets.ISO_8859_1);
        assertTrue(!text.startsWith("HTTP/1.1 5"), text);
    }

    private static HttpResponse<byte[]> send(String method, String path, String type, byte[] body) throws Exception {
        return http.send(http.body(method, path, type, body).header("Authorization", token()));
    }

    private static void requireSound(int status, byte[] body) throws Exception {
        assertTrue(status < 500, "answered with " + status);
        if (status >= 400) {
            ErrorAnswer.read(body);
        }
    }
}
