package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorCode;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/** Where every request begins: counted, given a deadline, handed to its route on a worker thread, and logged without ids. */
final class RelayRouter implements HttpHandler {
    private static final Logger ACCESS = LoggerFactory.getLogger("dev.tidelock.examples.relay.access");

    private final List<Route> routes;
    private final RequestsUnderWay underWay;
    private final ByteBudget budget;
    private final long timeoutMillis;
    private final LongSupplier wallMillis;
    private final RateLimit<InetAddress> rate;
    private final RelayMeter meter;

    RelayRouter(
            List<Route> routes,
            RequestsUnderWay underWay,
            ByteBudget budget,
            RelayMeter meter,
            RelaySettings settings) {
        this.meter = meter;
        this.rate = new RateLimit<>("address", settings.addressRequestsPerSecond(), System::nanoTime);
        this.budget = budget;
        this.routes = List.copyOf(routes);
        this.underWay = underWay;
        this.timeoutMillis = settings.requestTimeout().toMillis();
        this.wallMillis = settings.wallMillis();
    }

    /** Runs on a network thread: nothing here may wait. */
    @Override
    public void handleRequest(HttpServerExchange exchange) {
        String path = exchange.getRequestPath();
        String method = exchange.getRequestMethod().toString();
        for (Route route : routes) {
            Optional<Map<String, String>> named = route.method().equals(method) ? route.match(path) : Optional.empty();
            if (named.isPresent()) {
                RelayRequest request = new RelayRequest(exchange, named.get(), budget, wallMillis);
                noteWhenOver(exchange, method + " " + route.pattern());
                request.guard(() -> begin(exchange, request, route));
                return;
            }
        }
        noteWhenOver(exchange, "other");
        RelayRequest request = new RelayRequest(exchange, Map.of(), budget, wallMillis);
        request.guard(() -> {
            throw unknown(exchange, path);
        });
    }

    private void begin(HttpServerExchange exchange, RelayRequest request, Route route) throws RefusedException {
        rate.require(request.address());
        underWay.begin();
        XnioExecutor.Key deadline = exchange.getIoThread()
                .executeAfter(() -> IoUtils.safeClose(exchange.getConnection()), timeoutMillis, TimeUnit.MILLISECONDS);
        AtomicBoolean released = new AtomicBoolean();
        Runnable release = () -> {
            if (released.compareAndSet(false, true)) {
                deadline.remove();
                underWay.end();
            }
        };
        request.releaseWith(release);
        exchange.addExchangeCompleteListener((ended, next) -> {
            release.run();
            next.proceed();
        });
        request.onWorker(() -> route.action().handle(request));
    }

    private RefusedException unknown(HttpServerExchange exchange, String path) {
        List<String> methods = routes.stream()
                .filter(route -> route.match(path).isPresent())
                .map(Route::method)
                .collect(Collectors.toList());
        if (methods.isEmpty()) {
            return new RefusedException(ErrorCode.UNKNOWN_PATH, "there is nothing here");
        }
        String allowed = String.join(", ", methods);
        exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
        return new RefusedException(ErrorCode.METHOD, "this path takes " + allowed);
    }

    private void noteWhenOver(HttpServerExchange exchange, String route) {
        exchange.addExchangeCompleteListener((ended, next) -> {
            meter.answered(route, ended.getStatusCode());
            next.proceed();
        });
        if (!ACCESS.isInfoEnabled()) {
            return;
        }
        long beganNanos = System.nanoTime();
        exchange.addExchangeCompleteListener((ended, next) -> {
            ACCESS.info(
                    "{} {} in {} out {} ms {}",
                    route,
                    ended.getStatusCode(),
                    Math.max(0, ended.getRequestContentLength()),
                    ended.getResponseBytesSent(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos));
            next.proceed();
        });
    }
}
