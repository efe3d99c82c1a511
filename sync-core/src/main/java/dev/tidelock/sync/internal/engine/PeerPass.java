package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks another device by what this one has: gets what is lacking here, and puts what is lacking there into the outbox. There is no log that could have lost anything: a device holds what it holds, and
 * another one may take its place at any time.
 */
final class PeerPass {
    private final Store store;
    private final SealedTransport transport;
    private final Inbox inbox;
    private final Consumer<PullOutcome> afterCommit;
    private final @Nullable String passOnTo;

    /** @param passOnTo another remote, which gets what comes from the other device; null if there is none */
    PeerPass(
            Store store,
            SealedTransport transport,
            @Nullable String passOnTo,
            Inbox inbox,
            Consumer<PullOutcome> afterCommit) {
        this.passOnTo = passOnTo;
        this.store = store;
        this.transport = transport;
        this.inbox = inbox;
        this.afterCommit = afterCommit;
    }

    void run(PullOutcome total) throws TransportException {
        long position = 0;
        total.more = true;
        for (int page = 0; total.more && page < SyncLimits.PULL_PAGES_MAX; page++) {
            PullRequest request = PullRequest.missing(store.read(Witness::allHeld), position);
            if (!(transport.pull(request) instanceof PullResult.Page answer)
                    || (answer.more() && answer.next().position() <= position)) {
                throw new TransportException(
                        TransportException.Kind.PROTOCOL, "the other device does not answer what it was asked", null);
            }
            apply(answer.entries(), total);
            sendMissing(answer.heads());
            position = answer.next().position();
            total.more = answer.more();
        }
    }

    private void apply(List<PullResult.LogEntry> entries, PullOutcome total) {
        List<PullResult.LogEntry> left = entries;
        while (!left.isEmpty()) {
            List<PullResult.LogEntry> waiting = left;
            Inbox.Received slice = store.write(tx -> receive(tx, waiting));
            total.pulledEvents += slice.outcome().pulledEvents;
            total.newConflicts += slice.outcome().newConflicts;
            afterCommit.accept(slice.outcome());
            left = left.subList(slice.entries(), left.size());
        }
    }

    private Inbox.Received receive(StoreTransaction tx, List<PullResult.LogEntry> entries) {
        Set<EnvelopeHash> before = new HashSet<>();
        for (PullResult.LogEntry entry : entries) {
            if (tx.hasEnvelope(entry.hash())) {
                before.add(entry.hash());
            }
        }
        Inbox.Received received = inbox.receiveFromDevice(tx, entries);
        for (PullResult.LogEntry entry : entries.subList(0, received.entries())) {
            if (passOnTo != null && !before.contains(entry.hash()) && tx.hasEnvelope(entry.hash())) {
                tx.addToOutbox(passOnTo, entry.hash());
            }
        }
        return received;
    }

    private void sendMissing(Map<DeviceId, Long> heads) {
        boolean lacksSome = store.read(StoreReader::chains).stream()
                .anyMatch(chain -> chain.lastCounter() > heads.getOrDefault(chain.device(), 0L));
        if (lacksSome) {
            store.write(tx -> tx.addMissingToOutbox(transport.remote(), heads));
        }
    }
}
