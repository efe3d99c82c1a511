package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreTransaction;
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
    private final ApplyBatch batch;
    private final StoreIdentity identity;
    private final String remote;

    Takeover(StoreTransaction tx, ApplyBatch batch, StoreIdentity identity, String remote) {
        this.tx = tx;
        this.batch = batch;
        this.identity = identity;
        this.remote = remote;
    }

    void run(DeviceId former) {
        long from = firstUnconfirmed(former);
        List<List<Event>> unconfirmed =
                Branch.cutOff(tx, batch, former, from, tx.ownHead().counter());
        tx.replaceIdentity(identity);
        tx.setCursor(remote, null);
        tx.forgetLog(remote);
        for (Incident incident : tx.incidents()) {
            if (incident.kind() == Incident.Kind.FORKED && incident.concerns(former)) {
                tx.setIncident(incident.healed());
            }
        }
        tx.quarantine().stream()
                .filter(item -> item.isBy(former))
                .filter(item -> item.reason() == QuarantineItem.Reason.FORK
                        || (!item.reason().isEnvelope() && item.firstCounter() + item.eventCount() > from))
                .forEach(item -> tx.removeFromQuarantine(item.id()));
        EngineWrites writes = EngineWrites.withStampsKept(tx, batch, identity.device());
        unconfirmed.forEach(writes::reissue);
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
}
