package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.store.PlacedEnvelope;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PeerLog;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers another device from what this one holds, and takes what it brings. */
final class PeerDesk implements PeerLog {
    private static final Logger LOG = LoggerFactory.getLogger(PeerDesk.class);

    private final Store store;
    private final @Nullable String remote;
    private final @Nullable String passOnTo;
    private final LogId log;
    private final Inbox inbox;
    private final Consumer<PullOutcome> afterCommit;

    /**
     * @param remote under which the store keeps what the device has not that brings something; null if that is not known
     * @param passOnTo another remote, which gets what the other device brings; null if there is none
     */
    PeerDesk(
            Store store,
            SealedTransport transport,
            @Nullable String remote,
            @Nullable String passOnTo,
            Inbox inbox,
            Consumer<PullOutcome> afterCommit) {
        this.store = store;
        this.remote = remote;
        this.passOnTo = passOnTo;
        this.log = new LogId("device-" + transport.device());
        this.inbox = inbox;
        this.afterCommit = afterCommit;
    }

    @Override
    public @Nullable PushReceipt push(List<Envelope> envelopes) {
        try {
            Taken taken = take(envelopes);
            return new PushReceipt(taken.accepted(), taken.refusals(), 0);
        } catch (StoreException failed) {
            LOG.debug("What another device brought could not be taken: {}", failed.kind());
            return null;
        }
    }

    @Override
    public @Nullable PullResult pull(PullRequest request, int bytesMax) {
        if (request.after() != null) {
            return new PullResult.CursorRefused(log, 0);
        }
        try {
            return store.read(reader -> page(reader, request, bytesMax));
        } catch (StoreException failed) {
            LOG.debug("What is here cannot be read for another device: {}", failed.kind());
            return null;
        }
    }

    private PullResult page(StoreReader reader, PullRequest request, int bytesMax) {
        int countMax = SyncLimits.PUSH_ENVELOPES_MAX;
        long position = request.fromPosition();
        List<PullResult.LogEntry> entries = new ArrayList<>();
        for (PlacedEnvelope one : reader.missing(request.known(), position, countMax, bytesMax)) {
            entries.add(new PullResult.Sent(one.envelope().toByteArray()));
            position = one.place();
        }
        boolean more = !entries.isEmpty()
                && !reader.missing(request.known(), position, 1, 0).isEmpty();
        Cursor next = new Cursor(log, position, EnvelopeHash.NONE);
        return new PullResult.Page(entries, next, more, Witness.allHeld(reader), 0);
    }

    /** Takes what continues its device's chain, slice by slice, as if it had been pulled. What comes too early is to come again after what it follows. */
    Taken take(List<Envelope> envelopes) {
        Taking taking = new Taking();
        List<Envelope> left = envelopes;
        while (!left.isEmpty()) {
            List<Envelope> waiting = left;
            Inbox.Received slice = store.write(tx -> taking.slice(tx, waiting));
            afterCommit.accept(slice.outcome());
            left = left.subList(slice.entries(), left.size());
        }
        return new Taken(taking.accepted, taking.refusals, taking.added);
    }

    /** What became of envelopes. */
    record Taken(List<EnvelopeHash> accepted, List<Refusal> refusals, long added) {}

    /** One push, and what became of it so far. */
    private final class Taking {
        private final List<EnvelopeHash> accepted = new ArrayList<>();
        private final List<Refusal> refusals = new ArrayList<>();
        private final Set<DeviceId> refused = new HashSet<>();
        private long added;

        Inbox.Received slice(StoreTransaction tx, List<Envelope> envelopes) {
            List<PullResult.LogEntry> entries = new ArrayList<>();
            Set<EnvelopeHash> before = new HashSet<>();
            Set<DeviceId> early = new HashSet<>(refused);
            Map<DeviceId, Long> ends = new HashMap<>();
            for (Envelope envelope : envelopes) {
                if (isEarly(tx, envelope, early, ends)) {
                    break;
                }
                entries.add(new PullResult.Sent(envelope.toByteArray()));
                if (tx.hasEnvelope(envelope.hash())) {
                    before.add(envelope.hash());
                }
            }
            Inbox.Received received = inbox.receiveFromDevice(tx, entries);
            Set<EnvelopeHash> there = new HashSet<>();
            for (Envelope envelope : envelopes.subList(0, received.entries())) {
                RefusalReason refusal = tx.hasEnvelope(envelope.hash()) ? null : reason(tx, envelope);
                if (refusal == null) {
                    there.add(envelope.hash());
                    accepted.add(envelope.hash());
                } else {
                    refuse(envelope, refusal);
                }
            }
            if (remote != null) {
                tx.removeFromOutbox(remote, there);
            }
            there.removeAll(before);
            passOn(tx, there);
            if (received.entries() == entries.size() && entries.size() < envelopes.size()) {
                refuse(envelopes.get(entries.size()), RefusalReason.GAP);
                return new Inbox.Received(received.entries() + 1, received.outcome());
            }
            return received;
        }

        private void passOn(StoreTransaction tx, Set<EnvelopeHash> news) {
            added += news.size();
            for (EnvelopeHash hash : news) {
                if (passOnTo != null) {
                    tx.addToOutbox(passOnTo, hash);
                }
            }
        }

        /** Whether an envelope before this one of its device is neither here nor in this push. */
        private boolean isEarly(StoreReader reader, Envelope envelope, Set<DeviceId> early, Map<DeviceId, Long> ends) {
            EnvelopeHeader header = envelope.header();
            if (reader.hasEnvelope(envelope.hash())) {
                return false;
            }
            long end = Math.max(ends.getOrDefault(header.device(), 0L), Witness.held(reader, header.device()));
            if (early.contains(header.device()) || header.firstCounter() > end + 1) {
                return true;
            }
            ends.put(header.device(), Math.max(end, header.lastCounter()));
            return false;
        }

        /** Why an envelope was not taken, as quarantine has it. */
        private RefusalReason reason(StoreReader reader, Envelope envelope) {
            QuarantineItem item = reader.quarantined(envelope.hash().toString());
            QuarantineItem.Reason reason = item == null ? QuarantineItem.Reason.MALFORMED : item.reason();
            return switch (reason) {
                case FORK -> RefusalReason.FORK;
                case UNKNOWN_DEVICE -> RefusalReason.UNKNOWN_DEVICE;
                case MISSING_EARLIER -> RefusalReason.GAP;
                default -> RefusalReason.INVALID;
            };
        }

        private void refuse(Envelope envelope, RefusalReason reason) {
            refused.add(envelope.header().device());
            refusals.add(new Refusal(envelope.hash(), reason, null));
        }
    }
}
