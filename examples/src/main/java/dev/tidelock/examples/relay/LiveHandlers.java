package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.ws.wire.LineLimits;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.Headers;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.protocol.version13.Hybi13Handshake;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.xnio.IoUtils;

/** Where lines and change streams begin. */
final class LiveHandlers {
    private static final int KEEP_ALIVE_MILLIS = 20_000;

    private final Doorkeeper doorkeeper;
    private final LineRequests requests;
    private final LiveLines lines;
    private final LinePatience patience;

    LiveHandlers(Doorkeeper doorkeeper, LineRequests requests, LiveLines lines, LinePatience patience) {
        this.doorkeeper = doorkeeper;
        this.requests = requests;
        this.lines = lines;
        this.patience = patience;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/spaces/{space}/live", this::live),
                new Route("GET", "/v1/spaces/{space}/changes", this::changes));
    }

    /** No token yet: it is the line's first message. */
    private void live(RelayRequest request) throws Exception {
        SpaceId space = request.space();
        lines.requireRoom(LiveLines.NOBODY);
        HttpServerExchange exchange = request.goOn();
        requireSubprotocol(exchange);
        WebSocketConnectionCallback opened =
                (upgraded, channel) -> new LiveSocket(channel, space, requests, lines, patience).open();
        HttpHandler refused = same -> {
            throw new RefusedException(ErrorCode.MALFORMED, "this path takes an upgrade to a WebSocket, version 13");
        };
        new WebSocketProtocolHandshakeHandler(
                        List.of(new Hybi13Handshake(Set.of(LineLimits.SUBPROTOCOL), false)), opened, refused)
                .handleRequest(exchange);
    }

    private static void requireSubprotocol(HttpServerExchange exchange) throws RefusedException {
        String offered = exchange.getRequestHeaders().getFirst(Headers.SEC_WEB_SOCKET_PROTOCOL);
        boolean ours = offered != null
                && Arrays.stream(offered.split(",")).map(String::trim).anyMatch(LineLimits.SUBPROTOCOL::equals);
        if (!ours) {
            throw new RefusedException(
                    ErrorCode.MALFORMED, "the subprotocol of this path is " + LineLimits.SUBPROTOCOL);
        }
    }

    private void changes(RelayRequest request) throws Exception {
        Caller caller = doorkeeper.require(request, request.space());
        long known = position(request);
        lines.requireRoom(caller.member().number());
        HttpServerExchange exchange = request.goOn();
        Executor workers = exchange.getConnection().getWorker();
        new ServerSentEventHandler((connection, lastEventId) -> stream(connection, caller, known, workers))
                .handleRequest(exchange);
    }

    private void stream(ServerSentEventConnection connection, Caller caller, long known, Executor workers) {
        ChangeStream stream = new ChangeStream(connection, caller, known, patience, requests::nowMillis);
        connection.addCloseTask(closed -> lines.remove(stream, caller.space().number()));
        try {
            lines.add(stream, caller.member().number());
        } catch (RefusedException full) {
            IoUtils.safeClose(connection);
            return;
        }
        connection.setKeepAliveTime(KEEP_ALIVE_MILLIS);
        lines.listen(stream, caller.space());
        if (!connection.isOpen()) {
            lines.remove(stream, caller.space().number()); // it was cut before it listened
        }
        workers.execute(() -> tellEnd(stream, caller));
    }

    /** Asked after the stream listens, so that nothing is missed in between. */
    private void tellEnd(ChangeStream stream, Caller caller) {
        try {
            stream.grown(requests.end(caller));
        } catch (RefusedException deleted) {
            stream.end();
        } catch (SQLException failed) {
            RefusedException.of(failed); // logged; the next envelope tells the same
        }
    }

    private static long position(RelayRequest request) throws WireFormatException {
        String position = request.query("position").orElse("0");
        if (!position.matches("[0-9]{1,18}")) {
            throw new WireFormatException("'position' is how much of the log is known, in envelopes");
        }
        return Long.parseLong(position);
    }
}
