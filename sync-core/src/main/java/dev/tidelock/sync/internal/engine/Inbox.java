package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.PullResult;
import java.util.List;
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

    Inbox(SealedTransport transport, EventApplier applier, SyncRuntime runtime) {
        this.transport = transport;
        this.applier = applier;
        this.runtime = runtime;
    }

    /** Receives a page's entries, within the transaction that moves the cursor past them. */
    PullOutcome receive(StoreTransaction tx, List<PullResult.LogEntry> entries) {
        EventApplier.Batch batch = applier.batch(tx);
        for (PullResult.LogEntry entry : entries) {
            if (entry instanceof PullResult.Sent sent && !tx.hasEnvelope(sent.hash())) {
                receive(tx, batch, sent);
            } else if (entry instanceof PullResult.Own own && !tx.hasEnvelope(own.hash())) {
                quarantineUnknownOwn(tx, own);
            }
        }
        return batch.finish();
    }

    private void receive(StoreTransaction tx, EventApplier.Batch batch, PullResult.Sent sent) {
        Envelope envelope;
        try {
            envelope = Envelope.parse(sent.toByteArray());
        } catch (EnvelopeFormatException malformed) {
            String detail = String.valueOf(malformed.getMessage());
            quarantine(tx, item(sent.hash(), QuarantineItem.Reason.MALFORMED, null, detail), null);
            return;
        }
        if (envelope.header().eventCount() > 0) {
            accept(tx, batch, envelope);
            acceptSuccessors(tx, batch, envelope.header().device());
        }
    }

    /** Takes the next envelope of its device's chain; anything else waits in quarantine, or stays there. */
    private void accept(StoreTransaction tx, EventApplier.Batch batch, Envelope envelope) {
        EnvelopeHeader header = envelope.header();
        EnvelopeChain chain = tx.chain(header.device());
        long expected = chain == null ? 1 : chain.lastCounter() + 1;
        if (header.firstCounter() > expected) {
            String detail =
                    "the events from " + expected + " to " + (header.firstCounter() - 1) + " of its device are missing";
            quarantine(tx, item(envelope, QuarantineItem.Reason.MISSING_EARLIER, detail), envelope.toByteArray());
            return;
        }
        byte[] authorKey = chain == null ? header.authorKey() : chain.authorKey();
        if (authorKey == null) {
            throw new AssertionError("the first envelope of a device carries its key");
        }
        SealedTransport.Opened opened = transport.open(envelope, authorKey);
        if (opened instanceof SealedTransport.Opened.Unusable unusable
                && !unusable.reason().isAuthorsWord()) {
            quarantine(tx, item(envelope, unusable.reason(), unusable.detail()), null);
            return;
        }
        if (isFork(tx, header, chain, expected)) {
            String detail = "its device has signed something else in its place: the device was copied or restored";
            quarantine(tx, item(envelope, QuarantineItem.Reason.FORK, detail), envelope.toByteArray());
            return;
        }
        tx.addEnvelope(envelope, runtime.wallMillis());
        tx.removeFromQuarantine(envelope.hash().toString());
        if (opened instanceof SealedTransport.Opened.Events events) {
            batch.add(events.events());
        } else if (opened instanceof SealedTransport.Opened.Unusable unusable) {
            quarantine(tx, item(envelope, unusable.reason(), unusable.detail()), null);
        }
    }

    /** Another branch of the device's chain; for this device's own, also counters that it has given to other events. */
    private boolean isFork(StoreTransaction tx, EnvelopeHeader header, @Nullable EnvelopeChain chain, long expected) {
        EnvelopeHash last = chain == null ? EnvelopeHash.NONE : chain.lastHash();
        boolean follows = header.firstCounter() == expected && header.previous().equals(last);
        boolean countersTaken =
                header.device().equals(transport.device()) && tx.ownHead().counter() >= header.firstCounter();
        return !follows || countersTaken;
    }

    /** What waited for an envelope that has now arrived. */
    private void acceptSuccessors(StoreTransaction tx, EventApplier.Batch batch, DeviceId device) {
        boolean again = tx.quarantineCount() > 0;
        while (again) {
            again = false;
            EnvelopeChain chain = tx.chain(device);
            long next = chain == null ? 1 : chain.lastCounter() + 1;
            for (QuarantineItem item : tx.quarantine()) {
                if (isSettled(item, device, next)) {
                    byte[] kept = tx.quarantinedBytes(item.id());
                    tx.removeFromQuarantine(item.id());
                    if (kept != null && !tx.hasEnvelope(EnvelopeHash.parse(item.id()))) {
                        accept(tx, batch, Envelope.parse(kept));
                        again = true;
                    }
                }
            }
        }
    }

    /** Whether the envelope it waited for is here, or the genuine one that it stood in for. */
    private static boolean isSettled(QuarantineItem item, DeviceId device, long next) {
        if (item.author() == null || !device.equals(item.author())) {
            return false;
        }
        return switch (item.reason()) {
            case MISSING_EARLIER -> item.firstCounter() <= next;
            case BAD_SIGNATURE -> item.firstCounter() < next;
            default -> false;
        };
    }

    private void quarantineUnknownOwn(StoreTransaction tx, PullResult.Own own) {
        String detail = "the remote has an envelope of this device that the device does not: it was copied or restored";
        quarantine(tx, item(own.hash(), QuarantineItem.Reason.FORK, transport.device(), detail), null);
    }

    /** Bytes that nobody signed are bounded: a hostile remote can send any number of them. */
    private void quarantine(StoreTransaction tx, QuarantineItem item, byte @Nullable [] bytes) {
        if (item.reason().isAuthorsWord() || tx.quarantineCount() < SyncLimits.QUARANTINE_FOREIGN_MAX) {
            tx.addToQuarantine(item, bytes);
        }
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
