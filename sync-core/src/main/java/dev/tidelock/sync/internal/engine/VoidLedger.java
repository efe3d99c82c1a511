package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which transactions are void, within one store transaction. There are few voids, if any; they are read when a device's events first come up. */
final class VoidLedger {
    private final StoreTransaction tx;
    private final Map<DeviceId, List<Voiding>> byDevice = new HashMap<>();

    VoidLedger(StoreTransaction tx) {
        this.tx = tx;
    }

    /** Takes a void up. */
    void add(Voiding voiding) {
        of(voiding.device()).add(voiding);
    }

    /** The voids that mean this transaction. */
    List<Voiding> hits(List<Event> transaction) {
        List<Voiding> hits = new ArrayList<>();
        for (Voiding voiding : of(transaction.get(0).device())) {
            if (voiding.hits(transaction)) {
                hits.add(voiding);
            }
        }
        return hits;
    }

    /** What becomes of an event of a transaction that these voids hit: a void in it still counts. */
    static EventState state(Event event, List<Voiding> hits) {
        if (Voiding.isVoid(event)) {
            return EventState.APPLIED;
        }
        return hits.stream().anyMatch(voiding -> voiding.hasRead(event.id()))
                ? EventState.VOID
                : EventState.VOID_UNREAD;
    }

    /** All voids of a device's transactions. */
    List<Voiding> of(DeviceId device) {
        return byDevice.computeIfAbsent(device, this::read);
    }

    private List<Voiding> read(DeviceId device) {
        List<Voiding> voids = new ArrayList<>();
        RecordKey key = Voiding.key(device);
        if (!tx.record(key).heads().isEmpty()) {
            for (Event event : tx.events(key)) {
                Voiding voiding = Voiding.isVoid(event) ? Voiding.of(event) : null;
                if (voiding != null) {
                    voids.add(voiding);
                }
            }
        }
        return voids;
    }
}
