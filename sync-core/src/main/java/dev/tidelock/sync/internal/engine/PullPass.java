package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Read the remote log from the cursor, open, apply. Nothing else in the library pulls.
 *
 * <p>Each slice of a page is one transaction: its events, the records they change, and the cursor after it. A crash in the middle reads the slice again.
 *
 * <p>Where the cursor and the log disagree, or an envelope is missing, the device asks by what it has ({@link #repair}) instead: it gets what it
 * lacks, and sends what the remote lacks, other devices' envelopes included.
 */
final class PullPass {
    private final Store store;
    private final SealedTransport transport;
    private final Inbox inbox;
    private final EngineClock clock;
    private final Witness witness;
    private final ForkSettlement forks;
    private final Consumer<PullOutcome> afterCommit;
    private final PeerPass peer;

    // Touched only by the runtime's logical thread.
    private final UnseenPushes unseen;
    private boolean comparedHeads;

    /** @param unseen what pushes were told is in the log, and no pull has seen there */
    PullPass(
            Store store,
            SealedTransport transport,
            Inbox inbox,
            EngineClock clock,
            Witness witness,
            ForkSettlement forks,
            Consumer<PullOutcome> afterCommit,
            UnseenPushes unseen) {
        this.store = store;
        this.transport = transport;
        this.inbox = inbox;
        this.clock = clock;
        this.witness = witness;
        this.forks = forks;
        this.afterCommit = afterCommit;
        this.unseen = unseen;
        this.peer = new PeerPass(store, transport, null, inbox, afterCommit);
    }

    /** Another process has synced in between: it may have left a pass unfinished, or pushed what no pull has seen. */
    void forget() {
        comparedHeads = false;
    }

    /**
     * Reads to the end of the remote log.
     *
     * @param remoteHasGap whether the remote is known to lack something, so that it has to be asked what it holds
     */
    PullOutcome run(boolean remoteHasGap) throws TransportException, SyncException {
        PullOutcome total = new PullOutcome();
        if (transport.isPeer()) {
            peer.run(total);
        } else if (transport.isOrdered()) {
            readInOrder(total, remoteHasGap);
        } else {
            compare(total, remoteHasGap);
        }
        review();
        PullOutcome settled = forks.run();
        if (settled != null) {
            afterCommit.accept(settled);
            if (transport.isPeer()) {
                peer.run(total);
            } else {
                repair(total, 0);
            }
            review();
        }
        return total;
    }

    private void readInOrder(PullOutcome total, boolean remoteHasGap) throws TransportException, SyncException {
        Cursor cursor = store.read(reader -> reader.cursor(transport.remote()));
        boolean inOrder = cursor != null && readFrom(cursor, total);
        boolean whole = true;
        if (!inOrder || remoteHasGap || store.read(this::lacksEnvelopes)) {
            review();
            whole = repair(total, 0);
            if (!inOrder) {
                offerLast();
            }
        } else if (!total.more && (!unseen.isEmpty() || !comparedHeads)) {
            Cursor end = store.read(reader -> reader.cursor(transport.remote()));
            whole = repair(total, end == null ? 0 : end.position());
        }
        if (!whole) {
            // what was passed over is before the cursor: bytes that arrived changed, or a log that went back
            repair(total, 0);
        }
    }

    /** A log without an order that stays has no place to read on from: what it holds is compared with what is here. */
    private void compare(PullOutcome total, boolean remoteHasGap) throws TransportException {
        boolean whole = repair(total, 0, remoteHasGap);
        if (!whole || (!total.more && store.read(this::lacksEnvelopes))) {
            repair(total, 0, true);
        }
    }

    /**
     * Applies a page that came by itself.
     *
     * @param after where it says that it begins
     * @return false if it does not go on from what was read here, or is not all: then this device asks
     */
    boolean take(Cursor after, PullResult.Page page) {
        Cursor held = store.read(reader -> reader.cursor(transport.remote()));
        if (held == null
                || !held.log().equals(page.next().log())
                || after.position() > held.position()
                || page.next().position() - after.position() != page.entries().size()) {
            return false;
        }
        if (page.next().position() <= held.position()) {
            return true; // a pull has brought it in the meantime
        }
        List<PullResult.LogEntry> news = page.entries()
                .subList(
                        (int) (held.position() - after.position()),
                        page.entries().size());
        PullResult.Page rest = new PullResult.Page(news, page.next(), page.more(), page.heads(), page.remoteMillis());
        if (!continues(held, rest)) {
            return false;
        }
        apply(rest, held, true, new PullOutcome());
        return !page.more() && !store.read(this::lacksEnvelopes) && !store.read(witness::hasNews);
    }

    /** Reads on from the cursor, to the end or to the bound; false if the log is not what the cursor says. */
    private boolean readFrom(Cursor start, PullOutcome total) throws TransportException, SyncException {
        Cursor cursor = start;
        boolean more = true;
        Map<DeviceId, Long> ahead = new HashMap<>();
        while (more && total.pages < SyncLimits.PULL_PAGES_MAX) {
            PullResult result = ask(PullRequest.after(cursor));
            if (result instanceof PullResult.CursorRefused refused) {
                requireSameLog(cursor, refused.log());
                rolledBack(cursor);
                return false;
            }
            PullResult.Page page = (PullResult.Page) result;
            requireSameLog(cursor, page.next().log()); // the empty prefix agrees with every log
            requireContinues(cursor, page);
            apply(page, cursor, true, total);
            store.read(witness::lacking).forEach((device, counter) -> ahead.merge(device, counter, Math::max));
            more = page.more();
            cursor = page.next();
        }
        noteReordered(ahead);
        return true;
    }

    /** The remote's time counts before anything it sent is judged by it. */
    private PullResult ask(PullRequest request) throws TransportException {
        EngineClock.Moment asked = clock.now();
        PullResult result = transport.pull(request);
        clock.hint(result.remoteMillis(), asked);
        return result;
    }

    /** What came after something that had seen it, or that follows it, in a log that is read in its order. */
    private void noteReordered(Map<DeviceId, Long> ahead) {
        ahead.forEach((device, counter) -> {
            if (store.read(reader -> Witness.held(reader, device)) >= counter) {
                note(
                        Incident.Kind.REORDERED,
                        device,
                        "the log has envelopes before those they follow",
                        false,
                        tx -> {});
            }
        });
    }

    private void rolledBack(Cursor cursor) {
        String detail = "the remote's log is not what it was up to position " + cursor.position()
                + ": it was restored or rolled back; what it lost is sent again";
        note(Incident.Kind.ROLLED_BACK, null, detail, true, tx -> tx.forgetLog(transport.remote()));
    }

    private void note(
            Incident.Kind kind,
            @Nullable DeviceId device,
            String detail,
            boolean open,
            Consumer<StoreTransaction> also) {
        commit((tx, outcome) -> {
            witness.note(tx, outcome, kind, device, detail, open);
            also.accept(tx);
        });
    }

    private void review() {
        if (store.read(witness::hasNews)) {
            commit(witness::review);
        }
    }

    private void commit(BiConsumer<StoreTransaction, PullOutcome> work) {
        PullOutcome noted = new PullOutcome();
        store.write(tx -> {
            work.accept(tx, noted);
            return null;
        });
        afterCommit.accept(noted);
    }

    private void requireSameLog(Cursor cursor, LogId found) throws SyncException {
        if (!found.equals(cursor.log())) {
            String detail =
                    "the remote holds another log than before: it was emptied, replaced or swapped; nothing was changed here";
            note(Incident.Kind.LOG_REPLACED, null, detail, true, tx -> {});
            throw new SyncException(BlockedBy.UNKNOWN_LOG, detail, null);
        }
    }

    /** A page must continue the prefix that was read: a remote cannot swap or leave out entries within its own account. */
    private static void requireContinues(Cursor cursor, PullResult.Page page) throws TransportException {
        if (!continues(cursor, page) || (page.more() && page.entries().isEmpty())) {
            throw new TransportException(
                    TransportException.Kind.PROTOCOL, "the remote's page does not continue from the cursor", null);
        }
    }

    private static boolean continues(Cursor cursor, PullResult.Page page) {
        Cursor computed = cursor;
        for (PullResult.LogEntry entry : page.entries()) {
            computed = computed.after(entry.hash());
        }
        return computed.equals(page.next());
    }

    /**
     * Asks by what this device has, from a position on: gets what is lacking here, and sends what is lacking there.
     *
     * <p>Also where cursor and log agree: a log that lost its end beyond the cursor still does. So what a push was told is in the log must be seen there; if it
     * is not, and once per process in any case, the heads are compared.
     *
     * @return false if the remote holds more than this device, and nothing in quarantine stands for it
     */
    private boolean repair(PullOutcome total, long from) throws TransportException {
        return repair(total, from, false);
    }

    /** @param thorough whether something is missing that must exist */
    private boolean repair(PullOutcome total, long from, boolean thorough) throws TransportException {
        comparedHeads = false; // until this pass has come to its end: it may move the cursor back
        Cursor held = store.read(reader -> reader.cursor(transport.remote()));
        boolean metBefore = held != null;
        Map<DeviceId, Long> heads = Map.of();
        long position = from;
        boolean more = true;
        Set<String> met = new HashSet<>();
        while (more && total.pages < SyncLimits.PULL_PAGES_MAX) {
            Map<DeviceId, Long> known = store.read(Witness::allHeld);
            PullRequest missing = PullRequest.missing(known, position);
            PullResult result = ask(thorough && position == from ? missing.thoroughly() : missing);
            if (!(result instanceof PullResult.Page page)
                    || (page.more() && page.next().position() <= position)) {
                throw new TransportException(
                        TransportException.Kind.PROTOCOL, "the remote does not answer what it was asked", null);
            }
            if (held == null || page.next().position() < held.position()) {
                // What follows the cursor is read again in the log's order, if this pass does not come to its end.
                commit((tx, outcome) -> tx.forgetLog(transport.remote()));
            }
            apply(page, held, false, total);
            sendMissing(page, metBefore);
            page.entries().forEach(entry -> met.add(entry.hash().toString()));
            more = page.more();
            held = page.next();
            position = held.position();
            heads = page.heads();
        }
        Map<DeviceId, Long> remoteHeads = heads;
        boolean whole = more || store.read(reader -> holdsAll(reader, remoteHeads));
        comparedHeads = !more && whole;
        if (comparedHeads) {
            unseen.clear();
            dropJunk(from, met);
        }
        return whole;
    }

    /** Bytes that nobody signed stand for nothing once the whole log has been compared without meeting them again. */
    private void dropJunk(long from, Set<String> met) {
        if (from == 0 && store.read(StoreReader::quarantineCount) > 0) {
            commit((tx, outcome) -> tx.quarantine().stream()
                    .filter(item -> standsForAnother(item.reason()) && !met.contains(item.id()))
                    .forEach(item -> tx.removeFromQuarantine(item.id())));
        }
    }

    private static boolean standsForAnother(QuarantineItem.Reason reason) {
        return switch (reason) {
            case MISSING_EARLIER, BAD_SIGNATURE, MALFORMED -> true;
            default -> false;
        };
    }

    /** What the remote lacks goes out again; if it was there before, the remote has lost it. */
    private void sendMissing(PullResult.Page page, boolean metBefore) {
        commit((tx, outcome) -> {
            int lost = tx.addMissingToOutbox(transport.remote(), page.heads());
            if (lost > 0 && metBefore) {
                String detail = "the remote has lost " + lost + " envelopes; they are sent again";
                witness.note(tx, outcome, Incident.Kind.ROLLED_BACK, null, detail, true);
            }
        });
    }

    /** A log that is not the one that was read before may have other events in the place of some: the remote refuses what is not in it, and so names them. */
    private void offerLast() {
        commit((tx, outcome) -> {
            for (EnvelopeChain chain : tx.chains()) {
                if (!tx.isInLog(transport.remote(), chain.lastHash())) {
                    tx.addToOutbox(transport.remote(), chain.lastHash());
                }
            }
        });
    }

    private static boolean holdsAll(StoreReader reader, Map<DeviceId, Long> heads) {
        Map<DeviceId, Long> known = Witness.allHeld(reader);
        return heads.entrySet().stream().allMatch(head -> head.getValue() <= known.getOrDefault(head.getKey(), 0L))
                || reader.quarantine().stream().anyMatch(item -> !item.reason().isAuthorsWord());
    }

    /**
     * The third of the engine's three transactions, slice by slice.
     *
     * @param held the cursor that this pass believes to be kept; if it is not, the app has asked meanwhile to begin anew, and that stands
     * @param inLogOrder whether the page is all that the log has after that cursor; if not, the cursor moves with the last slice only
     */
    private void apply(PullResult.Page page, @Nullable Cursor held, boolean inLogOrder, PullOutcome total) {
        List<PullResult.LogEntry> left = page.entries();
        Cursor before = held;
        boolean more = true;
        while (more) {
            List<PullResult.LogEntry> entries = left;
            Cursor expected = before;
            Inbox.Received received = store.write(tx -> {
                Inbox.Received slice = inbox.receive(tx, entries, inLogOrder);
                boolean last = slice.entries() == entries.size();
                Cursor after = last ? page.next() : inLogOrder ? after(expected, entries, slice.entries()) : expected;
                slice.outcome().more = !Objects.equals(tx.cursor(transport.remote()), expected);
                if (!slice.outcome().more) {
                    tx.setCursor(transport.remote(), after);
                }
                return slice;
            });
            PullOutcome outcome = received.outcome();
            total.more = page.more() || outcome.more;
            total.pulledEvents += outcome.pulledEvents;
            total.newConflicts += outcome.newConflicts;
            afterCommit.accept(outcome);
            more = received.entries() < entries.size() && !outcome.more;
            before = inLogOrder ? after(before, entries, received.entries()) : before;
            left = entries.subList(received.entries(), entries.size());
        }
        page.entries().forEach(entry -> unseen.seen(entry.hash()));
        total.pages++;
    }

    private static @Nullable Cursor after(@Nullable Cursor cursor, List<PullResult.LogEntry> entries, int count) {
        Cursor after = cursor;
        for (PullResult.LogEntry entry : entries.subList(0, count)) {
            after = after == null ? null : after.after(entry.hash());
        }
        return after;
    }

    /** Whether something stands in quarantine for an envelope that the remote may well have, or is known to exist. */
    private boolean lacksEnvelopes(StoreReader reader) {
        boolean quarantined = reader.quarantineCount() > 0
                && reader.quarantine().stream().anyMatch(item -> standsForAnother(item.reason()));
        return quarantined || !witness.lacking(reader).isEmpty();
    }
}
