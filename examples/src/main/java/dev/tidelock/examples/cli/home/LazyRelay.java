package dev.tidelock.examples.cli.home;

import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.List;

/**
 * The way to the relay, made when it is first needed: most commands read or write locally, and should start quickly. Before the first use of a relay that is not
 * known to have the space, registers the space there.
 */
final class LazyRelay implements Transport {
    private final String url;
    private final SpaceKeys keys;
    private final Runnable afterRegistration;

    // Guarded by this.
    private boolean registered;
    private HttpRelay relay;

    LazyRelay(String url, SpaceKeys keys, boolean registered, Runnable afterRegistration) {
        this.url = url;
        this.keys = keys;
        this.registered = registered;
        this.afterRegistration = afterRegistration;
    }

    static HttpRelay connect(String url, SpaceKeys keys) {
        return HttpRelay.at(url, System::currentTimeMillis)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt);
    }

    private synchronized HttpRelay relay() {
        if (relay == null) {
            relay = connect(url, keys);
        }
        return relay;
    }

    private HttpRelay registeredRelay() throws TransportException {
        HttpRelay connected = relay();
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

    Mailboxes mailboxes() throws TransportException {
        return registeredRelay().mailboxes();
    }

    @Override
    public String remote() {
        return url;
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
    public synchronized void close() {
        if (relay != null) {
            relay.transport().close();
            relay.close();
        }
    }
}
