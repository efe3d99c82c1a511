package dev.tidelock.sync.bundle;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.List;

/**
 * The transport of a space that has no relay: nothing is reachable, ever, and bundles carry the changes. What is pending is what no other device is known to have; a bundle that another device
 * wrote says what that one has.
 */
public final class OfflineTransport implements Transport {
    /** The name under which the store keeps what no other device is known to have. */
    public static final String REMOTE = "offline";

    /** Always the same. */
    public OfflineTransport() {}

    @Override
    public String remote() {
        return REMOTE;
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        throw noRelay();
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        throw noRelay();
    }

    private static TransportException noRelay() {
        return new TransportException(
                TransportException.Kind.OFFLINE, "this space has no relay: bundles carry its changes", null);
    }

    @Override
    public void close() {
        // holds nothing
    }
}
