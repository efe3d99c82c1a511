package dev.tidelock.examples.relay;

import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.xnio.IoUtils;

/** Tells one client how long the log is, as server-sent events: for where WebSockets are blocked. Only the last length is kept for it. */
final class ChangeStream implements LiveLines.Line, ServerSentEventConnection.EventCallback {
    private final ServerSentEventConnection connection;
    private final Caller caller;
    private final LinePatience patience;
    private final LongSupplier wallMillis;

    // Guarded by this.
    private long end;
    private long told;
    private boolean telling;
    private long tellingNanos;

    /** @param known the position that the client knows */
    ChangeStream(
            ServerSentEventConnection connection,
            Caller caller,
            long known,
            LinePatience patience,
            LongSupplier wallMillis) {
        this.connection = connection;
        this.caller = caller;
        this.told = known;
        this.patience = patience;
        this.wallMillis = wallMillis;
    }

    @Override
    public void grown(long position) {
        synchronized (this) {
            end = Math.max(end, position);
        }
        tell();
    }

    private void tell() {
        long next;
        synchronized (this) {
            if (telling || end <= told) {
                return;
            }
            telling = true;
            tellingNanos = System.nanoTime();
            told = end;
            next = end;
        }
        connection.send(String.valueOf(next), this);
    }

    @Override
    public void done(ServerSentEventConnection same, String data, String event, String id) {
        synchronized (this) {
            telling = false;
        }
        tell();
    }

    @Override
    public void failed(ServerSentEventConnection same, String data, String event, String id, IOException failure) {
        IoUtils.safeClose(connection);
    }

    @Override
    public void look() {
        boolean tooSlow;
        synchronized (this) {
            tooSlow = telling
                    && System.nanoTime() - tellingNanos > patience.write().toNanos();
        }
        long expiredMillis = wallMillis.getAsLong() - caller.expiresMillis();
        if (tooSlow || expiredMillis > patience.expired().toMillis()) {
            IoUtils.safeClose(connection);
        }
    }

    @Override
    public void end() {
        IoUtils.safeClose(connection);
    }

    @Override
    public void cut() {
        end();
    }

    @Override
    public void stop(int seconds) {
        connection.sendRetry(seconds * 1000L);
        connection.shutdown();
    }
}
