package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.spi.transport.Transport;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where WebSockets are blocked: a stream that says how long the log is. */
class ChangeStreamTest {
    @TempDir
    Path folder;

    private TestSpace space;

    @BeforeEach
    void start() throws Exception {
        space = TestSpace.start(RelaySettings.of(folder.resolve("relay.db")), 2);
    }

    @AfterEach
    void stop() throws Exception {
        space.close();
    }

    private HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(URI.create(space.url() + space.path() + "/changes" + query))
                .header("Authorization", "Tidelock " + space.keys(0).tokenAt(System.currentTimeMillis()));
    }

    private BufferedReader open(String query) throws Exception {
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request(query).build(), BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        assertEquals(
                "text/event-stream; charset=UTF-8",
                response.headers().firstValue("Content-Type").orElse("none"));
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static String event(BufferedReader stream) throws Exception {
        String line = stream.readLine();
        while (line != null && line.isEmpty()) {
            line = stream.readLine();
        }
        return line;
    }

    @Test
    void stream_tellsWhatIsThere_andWhatIsAdded() throws Exception {
        Transport writer = space.connect(1).transport();
        writer.push(space.next(1, 3, 100));
        try (BufferedReader stream = open("")) {
            assertEquals("data:3", event(stream).replace(" ", ""));
            writer.push(space.next(1, 2, 100));
            assertEquals("data:5", event(stream).replace(" ", ""));
        }
    }

    @Test
    void stream_fromThePositionKnown_tellsOnlyWhatIsNew() throws Exception {
        Transport writer = space.connect(1).transport();
        writer.push(space.next(1, 3, 100));
        try (BufferedReader stream = open("?position=3")) {
            writer.push(space.next(1, 1, 100));
            assertEquals("data:4", event(stream).replace(" ", ""));
        }
    }

    @Test
    void relayThatStops_endsTheStream_andSaysWhenToComeBack() throws Exception {
        Transport writer = space.connect(1).transport();
        writer.push(space.next(1, 1, 100));
        try (BufferedReader stream = open("")) {
            assertEquals("data:1", event(stream).replace(" ", ""));
            space.stop();
            assertEquals("retry:1000", event(stream).replace(" ", ""));
            assertNull(event(stream));
        }
    }

    @Test
    void requests_thatAreNotGood_areRefused() throws Exception {
        RawHttp http = new RawHttp(space.url());
        http.refused(ErrorCode.TOKEN_MISSING, http.to(space.path() + "/changes"));
        http.refused(ErrorCode.MALFORMED, request("?position=-1"));
        http.refused(ErrorCode.MALFORMED, http.to(space.path() + "/live"));
        http.refused(
                ErrorCode.MALFORMED, http.to(space.path() + "/live").header("Sec-WebSocket-Protocol", "tidelock.1"));
    }
}
