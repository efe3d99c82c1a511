package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.internal.codec.EventBatchCodec;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Seal, push, confirm. Nothing else in the library pushes.
 *
 * <p>An envelope is kept, power-safe, before it is sent for the first time; a crash or a lost answer anywhere in here makes the same envelope go again,
 * and the remote drops the copy.
 */
final class PushPass {
    private final Store store;
    private final SealedTransport transport;
    private final SyncRuntime runtime;
    private final Witness witness;
    private final UnseenPushes unseen;
    private final List<String> outboxes;

    /**
     * @param outboxes the remotes that get what is sealed here, this one among them
     * @param unseen gains what the remote confirms, for the pull that must then see it
     */
    PushPass(
            Store store,
            SealedTransport transport,
            List<String> outboxes,
            SyncRuntime runtime,
            Witness witness,
            UnseenPushes unseen) {
        this.outboxes = List.copyOf(outboxes);
        this.store = store;
        this.transport = transport;
        this.runtime = runtime;
        this.witness = witness;
        this.unseen = unseen;
    }

    /**
     * Sends everything that waits when it begins; what the remote refuses of one device holds up no other's. What is written meanwhile waits for the next pass, so that a
     * busy writer holds up no pull.
     *
     * @param own whether this device's own events go out; not while somebody else writes under its identity
     */
    PushOutcome run(boolean own) throws TransportException {
        PushOutcome outcome = new PushOutcome();
        if (!own) {
            outcome.refusedDevices.add(transport.device());
        }
        long until = own ? store.read(reader -> reader.ownHead().counter()) : 0;
        while (true) {
            sealWaitingEvents(until);
            List<Envelope> batch = store.read(reader -> reader.outbox(
                    transport.remote(),
                    outcome.refusedDevices,
                    SyncLimits.PUSH_ENVELOPES_MAX,
                    SyncLimits.PUSH_BYTES_MAX));
            if (batch.isEmpty()) {
                return outcome;
            }
            PushReceipt receipt = transport.push(batch);
            confirm(batch, receipt, outcome);
        }
    }

    /** Events that are in no envelope yet go into envelopes: enough for one push. */
    private void sealWaitingEvents(long until) {
        long sealedBytes = 0;
        boolean more = true;
        while (more && sealedBytes < SyncLimits.PUSH_BYTES_MAX) {
            Envelope sealed = sealOne(until);
            more = sealed != null;
            sealedBytes += sealed == null ? 0 : sealed.length();
        }
    }

    /** All events that are in no envelope yet go into envelopes, which wait in the outbox. */
    void sealAll() {
        long until = store.read(reader -> reader.ownHead().counter());
        while (sealOne(until) != null) {
            // each takes as many as fit
        }
    }

    private @Nullable Envelope sealOne(long until) {
        Waiting waiting = store.read(this::waiting);
        if (waiting.events().isEmpty() || waiting.events().get(0).id().counter() > until) {
            return null;
        }
        SealedTransport.Sealed sealed = transport.seal(waiting.events(), waiting.seen(), waiting.previous());
        store.write(tx -> {
            tx.surviveLossOfPower();
            tx.addEnvelope(sealed.envelope(), runtime.wallMillis());
            outboxes.forEach(remote -> tx.addToOutbox(remote, sealed.envelope().hash()));
            sealed.told().forEach(tx::setSeenHead);
            return null;
        });
        return sealed.envelope();
    }

    /** What the next envelope can hold, and what it tells: that only if nothing else was written yet, for then it was seen before whatever comes next. */
    private record Waiting(List<Event> events, List<SeenHead> seen, EnvelopeHash previous) {}

    private Waiting waiting(StoreReader reader) {
        List<Event> events = reader.unsealed(SyncLimits.ENVELOPE_EVENTS_MAX, SyncLimits.ENVELOPE_VALUE_BYTES_MAX);
        boolean all = !events.isEmpty()
                && events.get(events.size() - 1).id().counter()
                        == reader.ownHead().counter();
        EnvelopeChain chain = events.isEmpty() ? null : reader.chain(transport.device());
        return new Waiting(
                events,
                all ? witness.toTell(reader, EventBatchCodec.SEEN_HEADS_MAX) : List.of(),
                chain == null ? EnvelopeHash.NONE : chain.lastHash());
    }

    /** The second of the engine's three transactions: what the remote has leaves the outbox, by id. */
    private void confirm(List<Envelope> batch, PushReceipt receipt, PushOutcome outcome) throws TransportException {
        Set<EnvelopeHash> accepted = Set.copyOf(receipt.accepted());
        Map<EnvelopeHash, Refusal> refused = new HashMap<>();
        receipt.refusals().forEach(refusal -> refused.putIfAbsent(refusal.hash(), refusal));
        Set<EnvelopeHash> confirmed = new HashSet<>();
        boolean progress = false;
        for (Envelope envelope : batch) {
            DeviceId author = envelope.header().device();
            Refusal refusal = refused.get(envelope.hash());
            if (accepted.contains(envelope.hash())) {
                confirmed.add(envelope.hash());
                outcome.pushedEvents +=
                        author.equals(transport.device()) ? envelope.header().eventCount() : 0;
            } else if (refusal != null && outcome.refusedDevices.add(author)) {
                outcome.refusals.add(refusal); // of one device, the first says why
                progress = true;
            }
        }
        if (!confirmed.isEmpty()) {
            unseen.add(confirmed);
            store.write(tx -> {
                tx.removeFromOutbox(transport.remote(), confirmed);
                return null;
            });
        }
        if (confirmed.isEmpty() && !progress) {
            throw new TransportException(
                    TransportException.Kind.PROTOCOL, "the remote neither took nor refused what was pushed", null);
        }
    }
}
