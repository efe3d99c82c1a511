package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Asks a relay what no honest device would ask. */
final class RawHttp {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    RawHttp(String url) {
        this.url = url;
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(url + path));
    }

    HttpRequest.Builder json(String method, String path, String body) {
        return body(method, path, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    HttpRequest.Builder body(String method, String path, String type, byte[] body) {
        return to(path).header("Content-Type", type).method(method, BodyPublishers.ofByteArray(body));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** Expects a refusal, in the one form that there is. */
    ErrorAnswer refused(ErrorCode code, HttpRequest.Builder request) throws Exception {
        HttpResponse<byte[]> response = send(request);
        String shown = new String(response.body(), StandardCharsets.UTF_8);
        assertEquals(code.status(), response.statusCode(), shown);
        assertEquals(
                "application/json",
                response.headers().firstValue("Content-Type").orElse("none"),
                shown);
        ErrorAnswer answer = ErrorAnswer.read(response.body());
        assertEquals(code.code(), answer.code());
        return answer;
    }
}
