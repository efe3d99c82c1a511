package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives a store that was copied, restored or forked to a device of its own.
 *
 * <p>What the former identity wrote here and the remote has not confirmed is issued again by the new one. Another copy may hold, and send, the very same
 * transactions; so each is voided where it is that very one, and counts once, whoever sends what. What another copy wrote instead is not touched.
 */
final class Takeover {
    private final StoreTransaction tx;
    private final EventApplier.Batch batch;
    private final StoreIdentity identity;
    private final String remote;
    private final long nowMillis;

    Takeover(StoreTransaction tx, EventApplier.Batch batch, StoreIdentity identity, String remote, long nowMillis) {
        this.tx = tx;
        this.batch = batch;
        this.identity = identity;
        this.remote = remote;
        this.nowMillis = nowMillis;
    }

    void run(DeviceId former) {
        long from = firstUnconfirmed(former);
        long reading = tx.ownHead().reading();
        List<Event> removed = tx.removeEvents(former, from);
        List<Event> unconfirmed = new ArrayList<>(beginning(former, removed));
        unconfirmed.addAll(removed);
        unconfirmed.forEach(event -> batch.foldAnew(event.key()));
        tx.replaceIdentity(identity);
        tx.setCursor(remote, null);
        tx.forgetLog(remote);
        for (Incident incident : tx.incidents()) {
            if (incident.kind() == Incident.Kind.FORKED && incident.concerns(former)) {
                tx.setIncident(incident.healed());
            }
        }
        tx.quarantine().stream()
                .filter(item -> item.reason() == QuarantineItem.Reason.FORK && item.isBy(former))
                .forEach(item -> tx.removeFromQuarantine(item.id()));
        EngineWrites writes = new EngineWrites(tx, batch, identity.device(), reading, nowMillis);
        int start = 0;
        while (start < unconfirmed.size()) {
            TransactionSpan span = unconfirmed.get(start).transaction();
            int end = start + span.size();
            writes.reissue(unconfirmed.subList(start, end), true);
            start = end;
        }
    }

    /** The first event that is in no envelope, or in one that waits to be sent. */
    private long firstUnconfirmed(DeviceId former) {
        Set<DeviceId> others = new HashSet<>();
        tx.chains().forEach(chain -> others.add(chain.device()));
        others.remove(former);
        List<Envelope> waiting = tx.outbox(remote, others, 1, 0);
        if (!waiting.isEmpty()) {
            return waiting.get(0).header().firstCounter();
        }
        EnvelopeChain chain = tx.chain(former);
        return chain == null ? 1 : chain.lastCounter() + 1;
    }

    /** A transaction may begin in an envelope that was sent: that part then waits, here as elsewhere, for a rest that may never come. */
    private List<Event> beginning(DeviceId former, List<Event> removed) {
        List<Event> beginning = new ArrayList<>();
        if (removed.isEmpty()) {
            return beginning;
        }
        Event first = removed.get(0);
        long count = first.id().counter() - first.transaction().first();
        if (count > 0) {
            TransactionSpan part = new TransactionSpan(first.transaction().first(), (int) count);
            for (StoredEvent stored : tx.transaction(former, part)) {
                beginning.add(stored.event());
            }
            tx.setState(former, part, EventState.WAITING);
        }
        return beginning;
    }
}
