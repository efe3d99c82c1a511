package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.NoSuchElementException;
import java.util.Objects;

/** Tries again what is in quarantine, and lets go of what is only noise. */
public final class QuarantineDesk {
    private final Store store;
    private final SealedTransport transport;
    private final EventApplier applier;

    QuarantineDesk(Store store, SealedTransport transport, EventApplier applier) {
        this.store = store;
        this.transport = transport;
        this.applier = applier;
    }

    /**
     * Tries an item again, with the keys, strategies and clock of now.
     *
     * @throws NoSuchElementException if there is no such item
     */
    PullOutcome retry(String itemId) {
        return store.write(tx -> {
            EventApplier.Batch batch = applier.batch(tx);
            retry(tx, batch, find(tx, itemId));
            return batch.finish();
        });
    }

    /** Tries again what only had to wait until its time came. */
    PullOutcome retryDue() {
        boolean none = store.read(reader ->
                reader.quarantineCount() == 0 || reader.quarantine().stream().noneMatch(item -> isDue(reader, item)));
        if (none) {
            return new PullOutcome();
        }
        return store.write(tx -> {
            EventApplier.Batch batch = applier.batch(tx);
            tx.quarantine().stream().filter(item -> isDue(tx, item)).forEach(item -> retry(tx, batch, item));
            return batch.finish();
        });
    }

    private boolean isDue(StoreReader reader, QuarantineItem item) {
        if (item.reason() != QuarantineItem.Reason.FUTURE_CLOCK || item.author() == null) {
            return false;
        }
        EventId last = new EventId(item.author(), item.firstCounter() + item.eventCount() - 1);
        StoredEvent stored = reader.event(last);
        return stored != null && applier.hasCome(stored.event().stamp());
    }

    private void retry(StoreTransaction tx, EventApplier.Batch batch, QuarantineItem item) {
        DeviceId author = item.author();
        switch (item.reason()) {
            case FUTURE_CLOCK, UNKNOWN_OP, STRATEGY_FAILED -> {
                tx.removeFromQuarantine(item.id());
                batch.admit(
                        Objects.requireNonNull(author), new TransactionSpan(item.firstCounter(), item.eventCount()));
            }
            case UNKNOWN_DEVICE ->
                tx.setCursor(transport.remote(), null); // the next sync asks for all of that device's
            case UNKNOWN_EPOCH, BAD_SEAL, UNREADABLE -> reopen(tx, batch, item);
            case MALFORMED, BAD_SIGNATURE, FORK, MISSING_EARLIER -> {
                // Nothing about these bytes can be better the second time; what they stand in for is asked for again.
            }
        }
    }

    private void reopen(StoreTransaction tx, EventApplier.Batch batch, QuarantineItem item) {
        Envelope envelope = tx.envelope(EnvelopeHash.parse(item.id()));
        EnvelopeChain chain =
                envelope == null ? null : tx.chain(envelope.header().device());
        if (envelope == null || chain == null) {
            throw new AssertionError("an envelope of its author's is kept, in quarantine or not");
        }
        SealedTransport.Opened opened = transport.open(envelope, chain.authorKey());
        if (opened instanceof SealedTransport.Opened.Events events) {
            tx.removeFromQuarantine(item.id());
            batch.add(events.events());
        }
    }

    /**
     * Forgets an item that is nobody's word: bytes that were not signed, or that lead nowhere.
     *
     * @throws NoSuchElementException if there is no such item
     * @throws IllegalStateException if the item is what a device wrote: that is kept until it can be applied
     */
    void discard(String itemId) {
        store.write(tx -> {
            QuarantineItem item = find(tx, itemId);
            if (item.reason().isAuthorsWord()) {
                throw new IllegalStateException(
                        "item " + itemId + " is what device " + item.author()
                                + " wrote; discarding it on one device alone would make the devices differ, so it is kept: retry it after an update");
            }
            tx.removeFromQuarantine(itemId);
            tx.setCursor(
                    transport.remote(), null); // it may have stood in for a genuine one: the next sync asks for that
            return null;
        });
    }

    private static QuarantineItem find(StoreTransaction tx, String itemId) {
        return tx.quarantine().stream()
                .filter(item -> item.id().equals(itemId))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("nothing in quarantine has the id '" + itemId + "'"));
    }
}
