package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.PullResult;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a remote sent: checks each envelope against its device's chain, opens it, and hands its events on. What cannot be used goes to
 * quarantine and holds up nothing else.
 *
 * <p>An envelope that its author signed has its place in the chain even if it cannot be opened; bytes that nobody signed have none.
 */
final class Inbox {
    private final SealedTransport transport;
    private final EventApplier applier;
    private final SyncRuntime runtime;
    private final Witness witness;

    Inbox(SealedTransport transport, EventApplier applier, SyncRuntime runtime, Witness witness) {
        this.transport = transport;
        this.applier = applier;
        this.runtime = runtime;
        this.witness = witness;
    }

    /** What came of receiving a part of a page. */
    record Received(int entries, PullOutcome outcome) {}

    /**
     * Receives entries of a page, within the transaction that moves the cursor past them: as many as hold, together, about {@link SyncLimits#SLICE_BYTES_MAX}
     * bytes of events. So what a device needs in memory does not grow with what a remote sends.
     *
     * @param inLogOrder whether the entries are all that the log has between the cursor and them: then none can be there twice
     */
    Received receive(StoreTransaction tx, List<PullResult.LogEntry> entries, boolean inLogOrder) {
        return receive(tx, entries, inLogOrder, true);
    }

    /** As {@link #receive}, of what another device has: it says nothing of what is in the remote's log. */
    Received receiveFromDevice(StoreTransaction tx, List<PullResult.LogEntry> entries) {
        return receive(tx, entries, false, false);
    }

    private Received receive(
            StoreTransaction tx, List<PullResult.LogEntry> entries, boolean inLogOrder, boolean fromLog) {
        Receiving receiving = new Receiving(tx);
        Set<EnvelopeHash> hashes = new LinkedHashSet<>();
        int received = 0;
        while (received < entries.size() && receiving.bytes < SyncLimits.SLICE_BYTES_MAX) {
            PullResult.LogEntry entry = entries.get(received);
            boolean repeated = !hashes.add(entry.hash()) || tx.isInLog(transport.remote(), entry.hash());
            if (inLogOrder && repeated) {
                receiving.note(Incident.Kind.REPEATED, null, "the log holds an envelope twice", false);
            } else if (entry instanceof PullResult.Sent sent && !tx.hasEnvelope(sent.hash())) {
                receiving.receive(sent);
            } else if (entry instanceof PullResult.Own own && !tx.hasEnvelope(own.hash())) {
                receiving.quarantineUnknownOwn(own);
            }
            received++;
        }
        if (fromLog) {
            tx.markInLog(transport.remote(), hashes);
        }
        PullOutcome outcome = receiving.batch.finish();
        witness.hearVoids(tx, outcome);
        return new Received(received, outcome);
    }

    /** One page being received, and what quarantine held when it came: read once, not for each envelope. */
    private final class Receiving {
        private final StoreTransaction tx;
        private final ApplyBatch batch;

        /** Devices whose envelopes may be settled by one that arrives. */
        private final Set<DeviceId> waiting = new HashSet<>();

        /** Devices that have not shown that they are of the space. */
        private final Set<DeviceId> strangers = new HashSet<>();

        /** What is in quarantine, by id. */
        private final Set<String> quarantined = new HashSet<>();

        private int foreign;
        private long bytes;

        Receiving(StoreTransaction tx) {
            this.tx = tx;
            this.batch = applier.batch(tx);
            if (tx.quarantineCount() > 0) {
                tx.quarantine().forEach(this::note);
            }
        }

        private void note(Incident.Kind kind, @Nullable DeviceId device, String detail, boolean open) {
            witness.note(tx, batch.outcome(), kind, device, detail, open);
        }

        private void note(QuarantineItem item) {
            quarantined.add(item.id());
            foreign += item.reason().isAuthorsWord() ? 0 : 1;
            if (item.author() == null) {
                return;
            }
            switch (item.reason()) {
                case MISSING_EARLIER, BAD_SIGNATURE -> waiting.add(item.author());
                case UNKNOWN_DEVICE -> strangers.add(item.author());
                default -> {
                    // waits for nothing that a page could bring
                }
            }
        }

        private void receive(PullResult.Sent sent) {
            Envelope envelope;
            try {
                envelope = Envelope.parse(sent.toByteArray());
            } catch (EnvelopeFormatException malformed) {
                String detail = String.valueOf(malformed.getMessage());
                note(Incident.Kind.GARBLED, null, detail, false);
                quarantine(item(sent.hash(), QuarantineItem.Reason.MALFORMED, null, detail), null);
                return;
            }
            if (envelope.header().eventCount() > 0) {
                accept(envelope);
                acceptSuccessors(envelope.header().device());
            } else if (!isSignedByAKnownDevice(envelope)) {
                String detail = "it has no events, and no device that is known has signed it";
                note(Incident.Kind.GARBLED, null, detail, false);
                quarantine(item(envelope.hash(), QuarantineItem.Reason.MALFORMED, null, detail), null);
            }
        }

        /** An envelope without events says nothing that has to be kept; bytes that changed on the way may only look like one. */
        private boolean isSignedByAKnownDevice(Envelope envelope) {
            EnvelopeChain chain = tx.chain(envelope.header().device());
            return chain != null
                    && !(transport.open(envelope, chain.authorKey()) instanceof SealedTransport.Opened.Unusable unusable
                            && !unusable.reason().isAuthorsWord());
        }

        /** Takes the next envelope of its device's chain; anything else waits in quarantine, or stays there. */
        private void accept(Envelope envelope) {
            if (tx.hasEnvelope(envelope.hash())) {
                return;
            }
            EnvelopeHeader header = envelope.header();
            EnvelopeChain chain = tx.chain(header.device());
            long expected = chain == null ? 1 : chain.lastCounter() + 1;
            if (chain == null && header.firstCounter() > 1 && strangers.contains(header.device())) {
                return; // comes again with its device's first one, once that opens
            }
            byte[] authorKey = chain == null ? header.authorKey() : chain.authorKey();
            if (authorKey == null) {
                quarantine(tooEarly(envelope, expected), null); // nobody can say yet who made it; it is asked for again
                return;
            }
            SealedTransport.Opened opened = transport.open(envelope, authorKey);
            if (opened instanceof SealedTransport.Opened.Unusable unusable
                    && !unusable.reason().isAuthorsWord()) {
                note(Incident.Kind.GARBLED, null, unusable.detail(), false);
                quarantine(item(envelope, unusable.reason(), unusable.detail()), null);
                return;
            }
            if (header.firstCounter() > expected) {
                quarantine(tooEarly(envelope, expected), envelope.toByteArray());
                return;
            }
            if (chain == null
                    && opened instanceof SealedTransport.Opened.Unusable unusable
                    && !unusable.isOfTheSpace()) {
                strangers.add(header.device());
                quarantine(item(envelope, QuarantineItem.Reason.UNKNOWN_DEVICE, unusable.detail()), null);
                return;
            }
            if (isFork(header, chain, expected)) {
                String detail = "its device has signed something else in its place: the device was copied or restored";
                note(Incident.Kind.FORKED, header.device(), detail, true);
                quarantine(item(envelope, QuarantineItem.Reason.FORK, detail), envelope.toByteArray());
                return;
            }
            tx.addEnvelope(envelope, runtime.wallMillis());
            tx.removeFromQuarantine(envelope.hash().toString());
            removeStandIns(header);
            if (opened instanceof SealedTransport.Opened.Events events) {
                bytes += events.batch().bytes();
                witness.hear(tx, events.batch().seen());
                batch.add(events.batch().events());
            } else if (opened instanceof SealedTransport.Opened.Unusable unusable) {
                quarantine(item(envelope, unusable.reason(), unusable.detail()), null);
                batch.keptUnread(header.device(), header.firstCounter(), header.lastCounter());
            }
        }

        /** What stood for this one. Where the bytes that changed were those of the counter, only a comparison with the whole log shows that nothing is missing. */
        private void removeStandIns(EnvelopeHeader header) {
            if (waiting.contains(header.device())) {
                tx.quarantine().stream()
                        .filter(item -> isStandIn(item, header.device())
                                && item.firstCounter() == header.firstCounter()
                                && tx.quarantinedBytes(item.id()) == null)
                        .forEach(item -> tx.removeFromQuarantine(item.id()));
            }
        }

        private QuarantineItem tooEarly(Envelope envelope, long expected) {
            long last = envelope.header().firstCounter() - 1;
            String detail = "the events from " + expected + " to " + last + " of its device are missing";
            return item(envelope, QuarantineItem.Reason.MISSING_EARLIER, detail);
        }

        /** Another branch of the device's chain; for this device's own, also counters that it has given to other events. */
        private boolean isFork(EnvelopeHeader header, @Nullable EnvelopeChain chain, long expected) {
            EnvelopeHash last = chain == null ? EnvelopeHash.NONE : chain.lastHash();
            boolean follows =
                    header.firstCounter() == expected && header.previous().equals(last);
            boolean countersTaken =
                    header.device().equals(transport.device()) && tx.ownHead().counter() >= header.firstCounter();
            return !follows || countersTaken;
        }

        /** What waited for an envelope that has now arrived. */
        private void acceptSuccessors(DeviceId device) {
            boolean again = waiting.contains(device);
            while (again) {
                again = false;
                EnvelopeChain chain = tx.chain(device);
                long next = chain == null ? 1 : chain.lastCounter() + 1;
                for (QuarantineItem item : tx.quarantine()) {
                    byte[] kept = isStandIn(item, device) ? tx.quarantinedBytes(item.id()) : null;
                    if (kept != null && item.firstCounter() <= next) {
                        tx.removeFromQuarantine(item.id());
                        accept(Envelope.parse(kept));
                        again = true;
                    }
                }
            }
        }

        private void quarantineUnknownOwn(PullResult.Own own) {
            String detail =
                    "the remote has an envelope of this device that the device does not: it was copied or restored";
            note(Incident.Kind.FORKED, transport.device(), detail, true);
            quarantine(item(own.hash(), QuarantineItem.Reason.FORK, transport.device(), detail), null);
        }

        /** Bytes that nobody signed are bounded: a hostile remote can send any number of them. */
        private void quarantine(QuarantineItem item, byte @Nullable [] bytes) {
            if (item.reason().isAuthorsWord() || foreign < SyncLimits.QUARANTINE_FOREIGN_MAX) {
                tx.addToQuarantine(item, bytes);
                if (!quarantined.contains(item.id())) {
                    batch.outcome().quarantined.add(item);
                }
                note(item);
            }
        }
    }

    /** Whether an item stands for an envelope of this device that has yet to come, or to be accepted. */
    private static boolean isStandIn(QuarantineItem item, DeviceId device) {
        boolean waits = item.reason() == QuarantineItem.Reason.MISSING_EARLIER
                || item.reason() == QuarantineItem.Reason.BAD_SIGNATURE;
        return waits && item.author() != null && device.equals(item.author());
    }

    private QuarantineItem item(Envelope envelope, QuarantineItem.Reason reason, String detail) {
        EnvelopeHeader header = envelope.header();
        return new QuarantineItem(
                envelope.hash().toString(),
                reason,
                header.device(),
                header.firstCounter(),
                header.eventCount(),
                detail,
                runtime.wallMillis());
    }

    private QuarantineItem item(
            EnvelopeHash hash, QuarantineItem.Reason reason, @Nullable DeviceId author, String detail) {
        return new QuarantineItem(hash.toString(), reason, author, 0, 0, detail, runtime.wallMillis());
    }
}
