package dev.tidelock.examples.relay;

import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.PullResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Listens to a transport, and waits for what it hears. */
final class LiveProbe implements LiveListener {
    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    private final LiveTransport transport;

    // Guarded by this.
    private final Deque<Arrival> arrivals = new ArrayDeque<>();
    private int changes;
    private int lineChanges;

    /** A page that came by itself. */
    record Arrival(Cursor after, PullResult.Page page, Runnable taken) {}

    private LiveProbe(LiveTransport transport) {
        this.transport = transport;
    }

    static LiveProbe on(LiveTransport transport) {
        LiveProbe probe = new LiveProbe(transport);
        transport.listen(probe);
        return probe;
    }

    @Override
    public synchronized void arrived(Cursor after, PullResult.Page page, Runnable taken) {
        arrivals.add(new Arrival(after, page, taken));
        notifyAll();
    }

    @Override
    public synchronized void changed() {
        changes++;
        notifyAll();
    }

    @Override
    public synchronized void lineChanged() {
        lineChanges++;
        notifyAll();
    }

    LiveProbe awaitLive() throws InterruptedException, TimeoutException {
        await(transport::isLive);
        return this;
    }

    void awaitCut() throws InterruptedException, TimeoutException {
        await(() -> !transport.isLive());
    }

    void awaitChanges(int count) throws InterruptedException, TimeoutException {
        await(() -> changes >= count);
    }

    /** The next page. It is not taken yet. */
    synchronized Arrival next() throws InterruptedException, TimeoutException {
        await(() -> !arrivals.isEmpty());
        return arrivals.remove();
    }

    synchronized int changes() {
        return changes;
    }

    synchronized int lineChanges() {
        return lineChanges;
    }

    synchronized boolean hasArrivals() {
        return !arrivals.isEmpty();
    }

    private synchronized void await(BooleanSupplier condition) throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + WAIT_NANOS_MAX;
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new TimeoutException("nothing came");
            }
            wait(left);
        }
    }
}
