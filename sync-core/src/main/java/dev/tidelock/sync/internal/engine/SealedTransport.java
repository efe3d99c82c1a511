package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.bundle.OfflineTransport;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.internal.codec.CodecException;
import dev.tidelock.sync.internal.codec.EventBatchCodec;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.seal.OpenResult;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.PeerLog;
import dev.tidelock.sync.spi.transport.PeerTransport;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.List;

/**
 * Any transport, wrapped with a sealer: the only way out of the engine. Events go in, envelopes come out, and the other way round; no
 * transport ever meets an event.
 */
public final class SealedTransport implements AutoCloseable {
    private final Transport transport;
    private final Sealer sealer;

    public SealedTransport(Transport transport, Sealer sealer) {
        this.transport = transport;
        this.sealer = sealer;
    }

    String remote() {
        return transport.remote();
    }

    DeviceId device() {
        return sealer.device();
    }

    /** Whether the remote is another device, and not a relay. */
    boolean isPeer() {
        return transport instanceof PeerTransport;
    }

    /** Whether no remote is ever reached. */
    boolean isOffline() {
        return transport instanceof OfflineTransport;
    }

    /** Answers a peer from what is here; harmless if the remote is a relay. */
    void serve(PeerLog log) {
        if (transport instanceof PeerTransport peer) {
            peer.serve(log);
        }
    }

    /**
     * Encodes, compresses, pads and seals the first of these events: as many as fit one envelope.
     *
     * @param events consecutive events of this device, at least one
     * @param seen what this device tells others that it holds, if all of the events fit
     */
    Sealed seal(List<Event> events, List<SeenHead> seen, EnvelopeHash previous) {
        List<Event> batch = withFewParents(events);
        List<SeenHead> told = batch.size() == events.size() ? seen : List.of();
        byte[] plaintext = EventBatchCodec.encode(batch, told);
        while (batch.size() > 1 && plaintext.length > SyncLimits.ENVELOPE_PLAINTEXT_BYTES_MAX) {
            batch = batch.subList(0, batch.size() / 2);
            told = List.of();
            plaintext = EventBatchCodec.encode(batch, told);
        }
        return new Sealed(sealer.seal(batch.get(0).id().counter(), batch.size(), previous, plaintext), told);
    }

    /** An envelope, and what it tells others. */
    record Sealed(Envelope envelope, List<SeenHead> told) {}

    private static List<Event> withFewParents(List<Event> events) {
        int parents = 0;
        int count = 0;
        while (count < events.size()) {
            parents += events.get(count).parents().size();
            if (count > 0 && parents > EventBatchCodec.PARENTS_MAX) {
                break;
            }
            count++;
        }
        return events.subList(0, count);
    }

    /** Checks, opens, unpads, inflates and decodes. */
    Opened open(Envelope envelope, byte[] authorKey) {
        OpenResult result = sealer.open(envelope, authorKey);
        if (result instanceof OpenResult.Opened opened) {
            try {
                return new Opened.Events(EventBatchCodec.decode(envelope.header(), opened.plaintext()));
            } catch (CodecException unreadable) {
                return new Opened.Unusable(QuarantineItem.Reason.UNREADABLE, String.valueOf(unreadable.getMessage()));
            }
        }
        OpenResult.Reason reason = ((OpenResult.Rejected) result).reason();
        return switch (reason) {
            case BAD_SIGNATURE ->
                new Opened.Unusable(
                        QuarantineItem.Reason.BAD_SIGNATURE, "the signature is not that of the device it names");
            case UNKNOWN_EPOCH ->
                new Opened.Unusable(
                        QuarantineItem.Reason.UNKNOWN_EPOCH,
                        "this device has no key for epoch " + envelope.header().keyEpoch());
            case BAD_SEAL ->
                new Opened.Unusable(
                        QuarantineItem.Reason.BAD_SEAL, "the seal does not hold under the key of its epoch");
        };
    }

    boolean isOrdered() {
        return transport.isOrdered();
    }

    PushReceipt push(List<Envelope> envelopes) throws TransportException {
        return transport.push(envelopes);
    }

    PullResult pull(PullRequest request) throws TransportException {
        return transport.pull(request);
    }

    /** Has the transport tell what it hears by itself, if it does. */
    void listen(LiveListener listener) {
        if (transport instanceof LiveTransport live) {
            live.listen(listener);
        }
    }

    /** Whether what the remote gets is told as it comes. */
    boolean isLive() {
        return transport instanceof LiveTransport live && live.isLive();
    }

    @Override
    public void close() {
        transport.close();
    }

    /** What came of opening an envelope. */
    sealed interface Opened {
        record Events(EventBatchCodec.Batch batch) implements Opened {}

        record Unusable(QuarantineItem.Reason reason, String detail) implements Opened {
            /** Whether the seal held: only a device that has the space's keys can make one that does. */
            boolean isOfTheSpace() {
                return reason == QuarantineItem.Reason.UNREADABLE;
            }
        }
    }
}
