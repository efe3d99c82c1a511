package dev.tidelock.examples.hostile;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidelock.sync.crypto.AccessToken;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.PageReader;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The real relay, with a liar in front. All but pulls it passes on. A pull it answers itself, from a log of its own making: it reads the true one in the name
 * of who asks, as an operator could. So membership, tokens, pushes and refusals are real.
 */
final class LyingProxy implements AutoCloseable {
    /** What a device is shown instead of the true log. */
    interface View {
        List<byte[]> of(List<byte[]> trueLog, DeviceId reader);
    }

    /** What becomes of an answer on its way. */
    interface Tampering {
        byte[] of(String path, byte[] answer);
    }

    static final View TRUTH = (trueLog, reader) -> trueLog;
    static final Tampering NONE = (path, answer) -> answer;

    private final HttpClient upstream =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final URI relay;

    private volatile View view = TRUTH;
    private volatile Tampering tampering = NONE;

    LyingProxy(String relayUrl) throws IOException {
        relay = URI.create(relayUrl);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void show(View shown) {
        view = shown;
    }

    void tamper(Tampering with) {
        tampering = with;
    }

    private record Answer(int status, String type, byte[] body) {}

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().toString();
            String token = exchange.getRequestHeaders().getFirst("Authorization");
            View shown = view;
            Answer answer = path.endsWith("/pull") && shown != TRUTH
                    ? lie(shown, path, token, body)
                    : ask(
                            exchange.getRequestMethod(),
                            path,
                            token,
                            exchange.getRequestHeaders().getFirst("Content-Type"),
                            body);
            byte[] sent = tampering.of(path, answer.body);
            exchange.getResponseHeaders().set("Content-Type", answer.type);
            exchange.sendResponseHeaders(answer.status, sent.length == 0 ? -1 : sent.length);
            exchange.getResponseBody().write(sent);
        } catch (InterruptedException | WireFormatException failed) {
            throw new IOException(failed);
        }
    }

    private Answer ask(String method, String path, String token, String type, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(relay.resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (token != null) {
            request.header("Authorization", token);
        }
        if (type != null) {
            request.header("Content-Type", type);
        }
        HttpResponse<byte[]> response = upstream.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(MediaTypes.JSON),
                response.body());
    }

    private Answer lie(View shown, String path, String token, byte[] body)
            throws IOException, InterruptedException, WireFormatException {
        List<byte[]> trueLog = new ArrayList<>();
        LogId log = null;
        long timeMillis = 0;
        long position = 0;
        boolean more = true;
        while (more) {
            PullBody everything = new PullBody(PullRequest.missing(Map.of(), position), WireLimits.PULL_BYTES_MAX);
            Answer answer = ask("POST", path, token, MediaTypes.JSON, everything.write());
            if (answer.status != 200) {
                return answer;
            }
            PullResult.Page page = PageReader.read(
                    new ByteArrayInputStream(answer.body), WireLimits.pageBytesMax(WireLimits.PULL_BYTES_MAX));
            page.entries().forEach(entry -> trueLog.add(((PullResult.Sent) entry).toByteArray()));
            log = page.next().log();
            timeMillis = page.remoteMillis();
            position = page.next().position();
            more = page.more();
        }
        DeviceId reader = AccessToken.parse(token.substring("Tidelock ".length()))
                .orElseThrow()
                .device();
        ShownLog shownLog = new ShownLog(Objects.requireNonNull(log), shown.of(trueLog, reader));
        long now = timeMillis;
        return shownLog.page(PullBody.read(body), reader, now)
                .map(page -> new Answer(200, MediaTypes.PAGE, page))
                .orElseGet(() -> new Answer(
                        409,
                        MediaTypes.JSON,
                        new ErrorAnswer(ErrorCode.CURSOR_REFUSED.code(), "", shownLog.id(), now).write()));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
