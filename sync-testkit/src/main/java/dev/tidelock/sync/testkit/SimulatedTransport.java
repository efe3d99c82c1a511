package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One device's way to a {@link SimulatedRelay}. Never fails until it is closed. */
public final class SimulatedTransport implements Transport {
    /** The name under which every device keeps what it knows of the relay. */
    public static final String REMOTE = "simulated";

    private final SimulatedRelay relay;
    private final @Nullable RelayLies lies;
    private final DeviceId device;
    private final int pageBytes;
    private volatile boolean closed;

    /** With pages of {@link SimulatedRelay#PAGE_BYTES}. */
    public SimulatedTransport(SimulatedRelay relay, DeviceId device) {
        this(relay, device, SimulatedRelay.PAGE_BYTES);
    }

    /** @param pageBytes how many bytes of envelopes a page holds at most; few, to see how a device reads many pages */
    public SimulatedTransport(SimulatedRelay relay, DeviceId device, int pageBytes) {
        this(relay, null, device, pageBytes);
    }

    /** @param lies what the relay makes the device believe */
    SimulatedTransport(SimulatedRelay relay, @Nullable RelayLies lies, DeviceId device, int pageBytes) {
        this.lies = lies;
        this.relay = Objects.requireNonNull(relay, "relay");
        this.device = Objects.requireNonNull(device, "device");
        if (pageBytes < 1) {
            throw new IllegalArgumentException("pages of " + pageBytes + " bytes; at least 1 is accepted");
        }
        this.pageBytes = pageBytes;
    }

    @Override
    public String remote() {
        return REMOTE;
    }

    DeviceId device() {
        return device;
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        requireMember();
        return relay.push(envelopes);
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        requireMember();
        return lies == null ? relay.pull(device, request, pageBytes) : lies.pull(device, request, pageBytes);
    }

    private void requireMember() throws TransportException {
        if (closed) {
            throw new TransportException(Kind.OFFLINE, "this transport has been closed", null);
        }
        if (!relay.isMember(device)) {
            throw new TransportException(Kind.REJECTED, "not-a-member", null);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
