package dev.tidelock.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecordingProxyTest {
    @TempDir
    Path folder;

    private ServerSocket echo;
    private RecordingProxy proxy;

    @BeforeEach
    void start() throws Exception {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread echoing = new Thread(this::echoAll);
        echoing.setDaemon(true);
        echoing.start();
        proxy = RecordingProxy.start("http://127.0.0.1:" + echo.getLocalPort(), folder.resolve("recordings"));
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        echo.close();
    }

    private void echoAll() {
        try {
            while (true) {
                Socket socket = echo.accept();
                Thread each = new Thread(() -> echo(socket));
                each.setDaemon(true);
                each.start();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException cut) {
            // That is what some tests are about.
        }
    }

    private Socket connect() throws IOException {
        return new Socket("127.0.0.1", URI.create(proxy.url()).getPort());
    }

    private byte[] echoed(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return readToTheEnd(socket.getInputStream());
        }
    }

    /** Up to the end, or to where the line is cut. */
    private static byte[] readToTheEnd(InputStream in) throws IOException {
        byte[] read = new byte[1 << 20];
        int length = 0;
        try {
            for (int more = in.read(read); more >= 0; more = in.read(read, length, read.length - length)) {
                length += more;
            }
        } catch (java.net.SocketException cut) {
            // As far as it went.
        }
        return Arrays.copyOf(read, length);
    }

    private String recording(String name) throws IOException {
        return Files.readString(folder.resolve("recordings").resolve(name));
    }

    @Test
    void bytes_passAndAreKept_perConnectionAndDirection() throws Exception {
        assertEquals("one", new String(echoed("one"), StandardCharsets.UTF_8));
        assertEquals("two", new String(echoed("two"), StandardCharsets.UTF_8));
        assertEquals(4, proxy.recordings().size());
        assertTrue(proxy.recordings().get(0).endsWith("0001-down.bin"));
        assertEquals("one", recording("0001-up.bin"));
        assertEquals("one", recording("0001-down.bin"));
        assertEquals("two", recording("0002-up.bin"));
        assertEquals(6, proxy.bytes(Direction.UP));
        assertEquals(6, proxy.bytes(Direction.DOWN));
    }

    @Test
    void cutOnce_passesExactlySoManyBytes_andThenIsOver() throws Exception {
        proxy.cutOnce(Direction.DOWN, 2);
        assertArrayEquals("an".getBytes(StandardCharsets.UTF_8), echoed("answer"));
        assertEquals("answer", recording("0001-up.bin"));
        assertEquals("an", recording("0001-down.bin"));
        assertArrayEquals("again".getBytes(StandardCharsets.UTF_8), echoed("again"));
    }

    @Test
    void cutOnce_up_losesTheRestOfTheRequest() throws Exception {
        proxy.cutOnce(Direction.UP, 3);
        echoed("request");
        assertEquals("req", recording("0001-up.bin"));
    }

    @Test
    void dead_cutsWhatIsOpen_andWhatComes() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write('x');
            assertEquals('x', socket.getInputStream().read());
            proxy.dead(true);
            assertEquals(0, readToTheEnd(socket.getInputStream()).length);
        }
        assertEquals(0, echoed("x").length);
        proxy.dead(false);
        assertEquals(1, echoed("x").length);
    }

    @Test
    void delay_holdsBack_andLosesNothing() throws Exception {
        proxy.delay(Duration.ofMillis(5));
        assertEquals("late", new String(echoed("late"), StandardCharsets.UTF_8));
    }

    @Test
    void server_thatIsNotThere_looksLikeACutLine() throws Exception {
        proxy.close();
        // A port below the ephemeral ones: on one of those, a connection can end up with itself, or with a test beside
        // this one.
        proxy = RecordingProxy.start("http://127.0.0.1:1", folder.resolve("nobody"));
        assertEquals(0, echoed("x").length);
    }

    @Test
    void url_withoutAPort_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> RecordingProxy.start("http://relay", folder));
    }
}
