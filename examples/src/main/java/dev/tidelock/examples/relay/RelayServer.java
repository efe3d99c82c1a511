package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.http.wire.HealthAnswer;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Options;
import org.xnio.XnioExecutor;

/**
 * A relay that runs: {@link #start} returns once it answers. What it has accepted is on disk, and stays there. It speaks plain HTTP; put
 * it behind what speaks TLS if it is to be reached from elsewhere. Prints nothing, and logs through SLF4J without ids or tokens.
 */
public final class RelayServer implements AutoCloseable {
    static {
        // Undertow would otherwise greet on standard error.
        if (System.getProperty("org.jboss.logging.provider") == null) {
            System.setProperty("org.jboss.logging.provider", "slf4j");
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RelayServer.class);

    private final Undertow undertow;
    private final RelayDatabase database;
    private final RequestsUnderWay underWay;
    private final MailboxRoom mailboxes;
    private final LiveLines lines;
    private final XnioExecutor.Key looking;
    private final String url;
    private final @Nullable String metricsUrl;

    // Guarded by this.
    private boolean closed;

    private RelayServer(
            Undertow undertow,
            RelayDatabase database,
            RequestsUnderWay underWay,
            MailboxRoom mailboxes,
            LiveLines lines,
            XnioExecutor.Key looking,
            String url,
            @Nullable String metricsUrl) {
        this.metricsUrl = metricsUrl;
        this.undertow = undertow;
        this.database = database;
        this.underWay = underWay;
        this.mailboxes = mailboxes;
        this.lines = lines;
        this.looking = looking;
        this.url = url;
    }

    /**
     * Starts a relay.
     *
     * @throws IOException if its data file cannot be used, another relay is using it, or the address cannot be listened on; the
     *     message says which
     */
    public static RelayServer start(RelaySettings settings) throws IOException {
        return start(settings, LinePatience.DEFAULT.withRequest(settings.requestTimeout()));
    }

    static RelayServer start(RelaySettings settings, LinePatience patience) throws IOException {
        RelayDatabase database = RelayDatabase.open(settings.dataFile(), settings.wallMillis());
        RequestsUnderWay underWay = new RequestsUnderWay();
        MailboxRoom mailboxes = new MailboxRoom(settings.wallMillis());
        LiveLines lines = new LiveLines(patience);
        ByteBudget budget = new ByteBudget();
        RelayMeter meter = new RelayMeter();
        Membership membership = new Membership(database, settings.quotas().devicesMax(), settings.wallMillis());
        List<Route> routes =
                routes(database, membership, mailboxes, lines, underWay, budget, meter, settings, patience);
        RelayRouter router = new RelayRouter(routes, underWay, budget, meter, settings);
        Undertow undertow = undertow(settings, router, meter);
        gauges(meter, membership, database, lines);
        try {
            undertow.start();
        } catch (RuntimeException failed) {
            database.close();
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new IOException(
                    "cannot listen on " + settings.host() + " port " + settings.port() + ": " + cause.getMessage(),
                    failed);
        }
        List<Undertow.ListenerInfo> listeners = undertow.getListenerInfo();
        InetSocketAddress bound =
                (InetSocketAddress) listeners.get(listeners.size() - 1).getAddress();
        String url = url(settings.host(), bound);
        String metricsUrl = settings.metricsPort() < 0
                ? null
                : url("127.0.0.1", (InetSocketAddress) listeners.get(0).getAddress()) + "/metrics";
        undertow.getWorker().execute(() -> finishEmptying(membership));
        Retention retention = new Retention(membership, lines, settings);
        undertow.getWorker()
                .getIoThread()
                .executeAtInterval(() -> undertow.getWorker().execute(retention), 1, TimeUnit.DAYS);
        XnioExecutor.Key looking = undertow.getWorker()
                .getIoThread()
                .executeAtInterval(lines::look, patience.tick().toMillis(), TimeUnit.MILLISECONDS);
        LOG.info("the relay listens on {}", url);
        return new RelayServer(undertow, database, underWay, mailboxes, lines, looking, url, metricsUrl);
    }

    private static List<Route> routes(
            RelayDatabase database,
            Membership membership,
            MailboxRoom mailboxes,
            LiveLines lines,
            RequestsUnderWay underWay,
            ByteBudget budget,
            RelayMeter meter,
            RelaySettings settings,
            LinePatience patience) {
        RateLimit<DeviceId> rate = new RateLimit<>("device", settings.requestsPerSecond(), System::nanoTime);
        Doorkeeper doorkeeper = new Doorkeeper(membership, rate);
        EnvelopeCheck check = new EnvelopeCheck(membership);
        LogWriter writer = new LogWriter(database, settings.quotas(), meter, lines);
        LogReader reader = new LogReader(database);
        LivePages pages = new LivePages(lines.recent(), reader);
        LineRequests requests = new LineRequests(
                doorkeeper, check, writer, reader, pages, underWay, budget, meter, settings.wallMillis());
        List<Route> routes = new ArrayList<>();
        routes.addAll(new SpaceHandlers(membership, doorkeeper, check, writer, reader, lines).routes());
        routes.addAll(new LiveHandlers(doorkeeper, requests, lines, patience).routes());
        routes.addAll(new CellHandlers(doorkeeper, new CellShelf(database)).routes());
        routes.addAll(new MailboxHandlers(mailboxes, doorkeeper).routes());
        routes.add(
                new Route("GET", "/health", request -> request.answer(200, HealthAnswer.write(request.nowMillis()))));
        return routes;
    }

    private static void gauges(RelayMeter meter, Membership membership, RelayDatabase database, LiveLines lines) {
        meter.gauge("tidelock_lines_open", lines::count);
        meter.gauge("tidelock_spaces", () -> figure(membership::spaces));
        meter.gauge("tidelock_data_file_bytes", () -> figure(database::bytes));
        Runtime java = Runtime.getRuntime();
        meter.gauge("tidelock_heap_used_bytes", () -> java.totalMemory() - java.freeMemory());
    }

    private static void finishEmptying(Membership membership) {
        try {
            membership.finishEmptying();
        } catch (SQLException failed) {
            LOG.warn("what was left of deleted spaces is still there: {}", failed.getMessage());
        }
    }

    /** -1 if the data file cannot be asked. */
    private static long figure(SqlFigure figure) {
        try {
            return figure.get();
        } catch (SQLException failed) {
            return -1;
        }
    }

    private interface SqlFigure {
        long get() throws SQLException;
    }

    private static Undertow undertow(RelaySettings settings, RelayRouter router, RelayMeter meter) {
        Undertow.Builder builder = Undertow.builder();
        if (settings.metricsPort() >= 0) {
            builder.addHttpListener(settings.metricsPort(), "127.0.0.1", new BlockingHandler(exchange -> {
                exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, RelayMeter.MEDIA_TYPE);
                boolean found = exchange.getRequestPath().equals("/metrics");
                exchange.setStatusCode(found ? 200 : 404);
                exchange.getResponseSender().send(found ? meter.text() : "see /metrics\n");
            }));
        }
        return builder.addHttpListener(settings.port(), settings.host(), new HttpContinueReadHandler(router))
                .setIoThreads(Math.max(2, Runtime.getRuntime().availableProcessors()))
                .setWorkerThreads(RelayLimits.WORKER_THREADS)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, RelayLimits.DRAINED_BYTES_MAX)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, 16 << 10)
                .setServerOption(UndertowOptions.MAX_HEADERS, 64)
                .setServerOption(UndertowOptions.MAX_PARAMETERS, 8)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, 10_000)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, RelayLimits.IDLE_MILLIS_MAX)
                .setSocketOption(Options.READ_TIMEOUT, RelayLimits.IDLE_MILLIS_MAX)
                .setSocketOption(Options.WRITE_TIMEOUT, RelayLimits.IDLE_MILLIS_MAX)
                .setSocketOption(Options.TCP_NODELAY, true)
                .build();
    }

    private static String url(String host, InetSocketAddress bound) {
        boolean bare = bound.getAddress() instanceof Inet6Address && host.contains(":") && !host.startsWith("[");
        return "http://" + (bare ? "[" + host + "]" : host) + ":" + bound.getPort();
    }

    /** Where the relay listens, such as {@code http://127.0.0.1:4711}. */
    public String url() {
        return url;
    }

    /** Everyone who is told when a log grows. */
    LiveLines lines() {
        return lines;
    }

    /** Where this machine can ask for the relay's figures, in the text format of Prometheus; null if nowhere. */
    public @Nullable String metricsUrl() {
        return metricsUrl;
    }

    /** Stops: new requests are refused, those under way may finish, and the data file is closed. May be called more than once. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        underWay.stop();
        mailboxes.close();
        try {
            underWay.awaitNone(RelayLimits.STOP_MILLIS_MAX);
            lines.stop();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        looking.remove();
        undertow.stop();
        database.close();
    }
}
