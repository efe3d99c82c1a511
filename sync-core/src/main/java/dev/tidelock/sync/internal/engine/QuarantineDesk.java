package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tries again what is in quarantine, and lets go of what is only noise. */
public final class QuarantineDesk {
    /** So many items are let in within one transaction of the store. */
    private static final int RETRIED_AT_ONCE_MAX = 500;

    /** About so long are the links of one void: far from the bound for a value, whatever the last one adds. */
    private static final int LINKS_BYTES = SyncLimits.VALUE_BYTES_MAX / 4;

    private final Store store;
    private final SealedTransport transport;
    private final EventApplier applier;
    private final EngineClock clock;
    private final Witness witness;

    QuarantineDesk(Store store, SealedTransport transport, EventApplier applier, EngineClock clock, Witness witness) {
        this.store = store;
        this.transport = transport;
        this.applier = applier;
        this.clock = clock;
        this.witness = witness;
    }

    /**
     * Tries an item again, with the keys, strategies and clock of now.
     *
     * @throws NoSuchElementException if there is no such item
     */
    PullOutcome retry(String itemId) {
        return store.write(tx -> {
            ApplyBatch batch = applier.batch(tx);
            retry(tx, batch, find(tx, itemId));
            PullOutcome outcome = batch.finish();
            witness.hearVoids(tx, outcome);
            outcome.quarantined.removeIf(item -> item.id().equals(itemId)); // the app knows of it
            return outcome;
        });
    }

    /**
     * Tries again what the strategies and reducers of an earlier app could not be applied to.
     *
     * @param areOthers whether this app has others; if not, it may still have reducers for more ops
     */
    void retryFailed(boolean areOthers) {
        boolean none = store.read(reader -> reader.quarantineCount() == 0
                || reader.quarantine().stream().noneMatch(item -> mayGoThrough(reader, item, areOthers)));
        if (!none) {
            store.write(tx -> {
                ApplyBatch batch = applier.batch(tx);
                tx.quarantine().stream()
                        .filter(item -> mayGoThrough(tx, item, areOthers))
                        .forEach(item -> retry(tx, batch, item));
                return batch.finish();
            });
        }
    }

    private boolean mayGoThrough(StoreReader reader, QuarantineItem item, boolean areOthers) {
        return switch (item.reason()) {
            case STRATEGY_FAILED -> areOthers;
            case UNKNOWN_OP ->
                reader.transaction(Objects.requireNonNull(item.author()), span(item)).stream()
                        .allMatch(stored -> stored.event().key().isControl()
                                || applier.fold.knows(stored.event().op()));
            default -> false;
        };
    }

    /** Tries again what only had to wait until its time came, or until the app or its gate let it in; what follows something that was held back comes after it. */
    PullOutcome retryDue() {
        PullOutcome total = new PullOutcome();
        PullOutcome one = retryOnce();
        while (one != null) {
            total.add(one);
            one = retryOnce();
        }
        tellWhatTheyWaitFor();
        return total;
    }

    /** What is held back may wait for something else than before: the app was updated, and its gate does not let it in, or the other way round. */
    private void tellWhatTheyWaitFor() {
        boolean isTrue = store.read(reader -> reader.quarantineCount() == 0
                || waitingForSomethingElse(reader, applier.gatekeeper.watch(reader))
                        .isEmpty());
        while (!isTrue) { // what follows something that is told of waits for the same, and may stand before it
            isTrue = store.write(tx -> {
                List<QuarantineItem> others = waitingForSomethingElse(tx, applier.gatekeeper.watch(tx));
                others.forEach(item -> tx.addToQuarantine(item, null));
                return others.isEmpty();
            });
        }
    }

    /** These items as they should be. */
    private static List<QuarantineItem> waitingForSomethingElse(StoreReader reader, Gatekeeper.Watch watch) {
        List<QuarantineItem> others = new ArrayList<>();
        for (QuarantineItem item : reader.quarantine()) {
            Gatekeeper.Wait wait = item.reason().isHeldBack() ? wait(reader, watch, item) : null;
            if (wait != null && wait.reason() != item.reason()) {
                watch.settled(span(item), Objects.requireNonNull(item.author()), wait);
                others.add(item.because(wait.reason(), wait.detail()));
            }
        }
        return others;
    }

    private static Gatekeeper.@Nullable Wait wait(StoreReader reader, Gatekeeper.Watch watch, QuarantineItem item) {
        DeviceId author = item.author();
        return author == null ? null : Gatekeeper.wait(watch, reader, author, span(item));
    }

    private static TransactionSpan span(QuarantineItem item) {
        return new TransactionSpan(item.firstCounter(), item.eventCount());
    }

    private @Nullable PullOutcome retryOnce() {
        boolean none = store.read(reader -> reader.quarantineCount() == 0 || noneIsDue(reader));
        if (none) {
            return null;
        }
        return store.write(tx -> {
            ApplyBatch batch = applier.batch(tx);
            VoidLedger ledger = new VoidLedger(tx);
            tx.quarantine().stream()
                    .filter(item -> isDue(tx, batch.watch(), ledger, item))
                    .limit(RETRIED_AT_ONCE_MAX)
                    .forEach(item -> retry(tx, batch, item));
            return batch.finish();
        });
    }

    private boolean noneIsDue(StoreReader reader) {
        Gatekeeper.Watch watch = applier.gatekeeper.watch(reader);
        VoidLedger ledger = new VoidLedger(reader);
        return reader.quarantine().stream().noneMatch(item -> isDue(reader, watch, ledger, item));
    }

    private boolean isDue(StoreReader reader, Gatekeeper.Watch watch, VoidLedger ledger, QuarantineItem item) {
        if (item.reason().isHeldBack() && item.author() != null) {
            return wait(reader, watch, item) == null;
        }
        if (item.reason() != QuarantineItem.Reason.FUTURE_CLOCK || item.author() == null) {
            return false;
        }
        List<Event> waiting = ApplyBatch.events(reader.transaction(item.author(), span(item)));
        return !waiting.isEmpty()
                && (waiting.stream().allMatch(event -> applier.hasCome(event.stamp()))
                        // What waits says nothing yet, so whoever issues the same again was not compared with it.
                        || !ledger.hits(waiting).isEmpty());
    }

    private void retry(StoreTransaction tx, ApplyBatch batch, QuarantineItem item) {
        DeviceId author = item.author();
        switch (item.reason()) {
            case FUTURE_CLOCK, UNKNOWN_OP, STRATEGY_FAILED, MASS_DELETE, HELD, NEEDS_UPDATE -> {
                tx.removeFromQuarantine(item.id());
                boolean waited = item.reason() == QuarantineItem.Reason.FUTURE_CLOCK;
                batch.admit(Objects.requireNonNull(author), span(item), waited ? Scrutiny.GATE : Scrutiny.NONE);
            }
            case UNKNOWN_DEVICE ->
                tx.setCursor(transport.remote(), null); // the next sync asks for all of that device's
            case UNKNOWN_EPOCH, BAD_SEAL, UNREADABLE -> reopen(tx, batch, item);
            case MALFORMED, BAD_SIGNATURE, FORK, MISSING_EARLIER -> {
                // Nothing about these bytes can be better the second time; what they stand in for is asked for again.
            }
        }
    }

    private void reopen(StoreTransaction tx, ApplyBatch batch, QuarantineItem item) {
        Envelope envelope = tx.envelope(EnvelopeHash.parse(item.id()));
        EnvelopeChain chain =
                envelope == null ? null : tx.chain(envelope.header().device());
        if (envelope == null || chain == null) {
            throw new AssertionError("an envelope of its author's is kept, in quarantine or not");
        }
        SealedTransport.Opened opened = transport.open(envelope, chain.authorKey());
        if (opened instanceof SealedTransport.Opened.Events events) {
            tx.removeFromQuarantine(item.id());
            witness.hear(tx, events.batch().seen());
            batch.add(events.batch().events());
        }
    }

    /**
     * Lets an item go. What a device of the space wrote is voided, so that it counts on no device; any other bytes are forgotten.
     *
     * @throws NoSuchElementException if there is no such item
     */
    PullOutcome discard(String itemId) {
        return store.write(tx -> {
            QuarantineItem item = find(tx, itemId);
            ApplyBatch batch = applier.batch(tx);
            DeviceId author = item.author();
            if (item.reason().isAuthorsWord() && author != null) {
                long reading = Math.max(tx.ownHead().reading(), clock.bounded(tx.observedReading()));
                new EngineWrites(tx, batch, transport.device(), reading, clock.millis()).write(voids(tx, item, author));
            } else {
                // It may have stood in for a genuine one: the next sync asks for that.
                tx.setCursor(transport.remote(), null);
                tx.forgetLog(transport.remote());
            }
            PullOutcome outcome = batch.finish();
            tx.removeFromQuarantine(itemId);
            return outcome;
        });
    }

    /** The voids of an item: several if it has more events than one void can link. */
    private static List<Voiding> voids(StoreReader reader, QuarantineItem item, DeviceId author) {
        TransactionSpan span = new TransactionSpan(item.firstCounter(), item.eventCount());
        List<Voiding.Link> links = new ArrayList<>();
        for (StoredEvent stored : reader.transaction(author, span)) {
            Event event = stored.event();
            if (event.transaction().equals(span) && !EngineWords.alwaysCounts(event)) {
                links.add(new Voiding.Link(event.id(), event.key(), event.parents()));
            }
        }
        List<Voiding> voids = new ArrayList<>();
        int from = 0;
        do {
            int to = from;
            int bytes = 0;
            while (to < links.size() && to - from < Voiding.LINKS_MAX && bytes < LINKS_BYTES) {
                bytes += links.get(to).bytesMax();
                to++;
            }
            voids.add(new Voiding(author, span, null, links.subList(from, to)));
            from = to;
        } while (from < links.size());
        return voids;
    }

    private static QuarantineItem find(StoreTransaction tx, String itemId) {
        QuarantineItem item = tx.quarantined(itemId);
        if (item == null) {
            throw new NoSuchElementException("nothing in quarantine has the id '" + itemId + "'");
        }
        return item;
    }
}
