package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides between two histories that are signed with one device's key. The branch that the remote's log has counts, so that all who read that log agree; between two devices, the one with the lower hash. Whoever
 * holds the other one issues it again under an identity of its own: its writer (see {@link Takeover}), and everyone else, since its writer may be gone. It counts
 * once (see {@link VoidLedger}). So nothing is lost, whichever branch it is.
 */
final class ForkSettlement {
    private final Store store;
    private final SealedTransport transport;
    private final EventApplier applier;

    /** What was tried before, and has not changed since. Touched only by the runtime's logical thread. */
    private final Map<DeviceId, Incident> tried = new HashMap<>();

    ForkSettlement(Store store, SealedTransport transport, EventApplier applier) {
        this.store = store;
        this.transport = transport;
        this.applier = applier;
    }

    /** Settles what is open; null if nothing was. After it, the device asks the remote for what it now lacks. */
    @Nullable
    PullOutcome run() throws TransportException {
        PullOutcome settled = null;
        for (Incident incident : store.read(StoreReader::incidents)) {
            DeviceId device = incident.device();
            if (incident.kind() == Incident.Kind.FORKED
                    && incident.open()
                    && device != null
                    && !incident.equals(tried.get(device))) {
                Set<EnvelopeHash> inLog = envelopesInLog(device);
                if (!transport.isPeer()) {
                    tried.put(device, incident); // only now: what the remote did not answer is asked again
                }
                PullOutcome one = store.write(tx -> settle(tx, incident, device, inLog));
                settled = one == null ? settled : one;
            }
        }
        return settled;
    }

    /** All envelopes of a device that the remote has. */
    private Set<EnvelopeHash> envelopesInLog(DeviceId device) throws TransportException {
        Map<DeviceId, Long> known = store.read(Witness::allHeld);
        known.remove(device);
        Set<EnvelopeHash> found = new LinkedHashSet<>();
        long position = 0;
        boolean more = true;
        for (int page = 0; more && page < SyncLimits.PULL_PAGES_MAX; page++) {
            if (!(transport.pull(PullRequest.missing(known, position)) instanceof PullResult.Page answer)
                    || (answer.more() && answer.next().position() <= position)) {
                throw new TransportException(
                        TransportException.Kind.PROTOCOL, "the remote does not answer what it was asked", null);
            }
            answer.entries().stream().filter(entry -> isOf(entry, device)).forEach(entry -> found.add(entry.hash()));
            more = answer.more();
            position = answer.next().position();
        }
        return found;
    }

    private boolean isOf(PullResult.LogEntry entry, DeviceId device) {
        if (entry instanceof PullResult.Sent sent) {
            try {
                return Envelope.parse(sent.toByteArray()).header().device().equals(device);
            } catch (EnvelopeFormatException malformed) {
                return false;
            }
        }
        return device.equals(transport.device());
    }

    private @Nullable PullOutcome settle(
            StoreTransaction tx, Incident incident, DeviceId device, Set<EnvelopeHash> inLog) {
        Set<EnvelopeHash> others = new LinkedHashSet<>(inLog);
        long counter = 1;
        EnvelopeHash hash = tx.envelopeAt(device, counter);
        while (hash != null && others.remove(hash)) {
            counter = Objects.requireNonNull(tx.envelope(hash)).header().lastCounter() + 1;
            hash = tx.envelopeAt(device, counter);
        }
        boolean isSelf = device.equals(transport.device());
        if (isSelf && (!others.isEmpty() || isKnownBeyond(tx, device))) {
            sendFrom(tx, device, counter);
            return null; // somebody else writes under this identity: it stays open until that is renewed
        }
        if (transport.isPeer() && hash != null && !others.isEmpty() && counts(hash, others)) {
            return null; // the peer gives up its branch, and this stays open until it has
        }
        ApplyBatch batch = applier.batch(tx);
        if (hash != null && !others.isEmpty()) {
            EngineWrites writes = EngineWrites.withStampsKept(tx, batch, transport.device());
            List<List<Event>> cutOff = Branch.cutOff(tx, batch, device, counter, Witness.held(tx, device));
            cutOff.forEach(writes::reissue);
            if (cutOff.isEmpty()) {
                writes.confirm();
            }
        }
        PullOutcome outcome = batch.finish();
        forgetBranch(tx, device);
        tx.setIncident(incident.healed());
        return outcome;
    }

    /** Between two devices no log decides: the branch counts whose first envelope has the lower hash. */
    private static boolean counts(EnvelopeHash here, Set<EnvelopeHash> there) {
        return here.toString().compareTo(there.iterator().next().toString()) < 0;
    }

    /** Whether others hold more of a device than is here. */
    private static boolean isKnownBeyond(StoreReader reader, DeviceId device) {
        return reader.seenHeads().stream().anyMatch(head -> head.device().equals(device) && Witness.lacks(reader, head))
                || isKnownVoidBeyond(reader, device);
    }

    private static boolean isKnownVoidBeyond(StoreReader reader, DeviceId device) {
        boolean[] found = {false};
        Voiding.read(reader, device, (source, voiding) -> found[0] |= voiding.isAhead(reader, source.device()));
        return found[0];
    }

    /** Marks what this device wrote and the log does not have as not confirmed: it is what goes out under a new identity. */
    private void sendFrom(StoreTransaction tx, DeviceId device, long from) {
        long counter = from;
        EnvelopeHash hash = tx.envelopeAt(device, counter);
        while (hash != null) {
            tx.addToOutbox(transport.remote(), hash);
            counter = Objects.requireNonNull(tx.envelope(hash)).header().lastCounter() + 1;
            hash = tx.envelopeAt(device, counter);
        }
    }

    /** What was said and kept of the branch that does not count. */
    private void forgetBranch(StoreTransaction tx, DeviceId device) {
        EnvelopeChain chain = tx.chain(device);
        for (SeenHead head : tx.seenHeads()) {
            boolean isOwnWord = head.author().equals(transport.device()); // that is taken back in the next envelope
            if (head.device().equals(device) && chain != null && !isOwnWord) {
                tx.setSeenHead(new SeenHead(head.author(), device, chain.lastCounter(), chain.lastHash()));
            }
        }
        for (QuarantineItem item : tx.quarantine()) {
            boolean isKept = item.reason().isAuthorsWord() && item.firstCounter() <= Witness.held(tx, device);
            if (item.isBy(device) && !isKept) {
                tx.removeFromQuarantine(item.id());
            }
        }
    }
}
