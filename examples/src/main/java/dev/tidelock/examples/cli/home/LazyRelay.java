package dev.tidelock.examples.cli.home;

import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.spi.transport.Cells;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.List;

/**
 * The way to the relay, made when it is first needed: most commands read or write locally, and should start quickly. Before the first use of a relay that is not
 * known to have the space, registers the space there.
 */
final class LazyRelay implements LiveTransport {
    private final String url;
    private final RelayWay way;
    private final SpaceKeys keys;
    private final Runnable afterRegistration;

    // Guarded by this.
    private boolean registered;
    private RelayWay.Connection relay;
    private boolean closed;

    LazyRelay(String url, SpaceKeys keys, boolean registered, Runnable afterRegistration) {
        this(url, RelayWay.HTTP, keys, registered, afterRegistration);
    }

    LazyRelay(String url, RelayWay way, SpaceKeys keys, boolean registered, Runnable afterRegistration) {
        this.url = url;
        this.way = way;
        this.keys = keys;
        this.registered = registered;
        this.afterRegistration = afterRegistration;
    }

    private synchronized RelayWay.Connection relay() {
        if (relay == null) {
            relay = way.connect(url, keys);
            if (closed) {
                relay.close(); // it fails as a closed one does
            }
        }
        return relay;
    }

    private RelayWay.Connection registeredRelay() throws TransportException {
        RelayWay.Connection connected = relay();
        boolean needed;
        synchronized (this) {
            needed = !registered;
        }
        if (needed) {
            connected.registrar().createSpace();
            synchronized (this) {
                registered = true;
            }
            afterRegistration.run();
        }
        return connected;
    }

    Registrar registrar() throws TransportException {
        return registeredRelay().registrar();
    }

    /** As {@link #registrar}, but registers the space also where it is known to have been: the relay may have lost it. */
    Registrar registerAgain() throws TransportException {
        synchronized (this) {
            registered = false;
        }
        return registrar();
    }

    Cells cells() throws TransportException {
        return registeredRelay().cells();
    }

    Mailboxes mailboxes() throws TransportException {
        return registeredRelay().mailboxes();
    }

    @Override
    public String remote() {
        return url;
    }

    @Override
    public boolean isOrdered() {
        return way.isOrdered();
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        return registeredRelay().transport().push(envelopes);
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        return registeredRelay().transport().pull(request);
    }

    @Override
    public void listen(LiveListener listener) {
        relay().listen(listener);
    }

    @Override
    public boolean isLive() {
        RelayWay.Connection connected;
        synchronized (this) {
            connected = relay;
        }
        return connected != null && connected.isLive();
    }

    @Override
    public void close() {
        RelayWay.Connection connected;
        synchronized (this) {
            closed = true;
            connected = relay;
        }
        if (connected != null) {
            connected.transport().close();
            connected.close();
        }
    }
}
