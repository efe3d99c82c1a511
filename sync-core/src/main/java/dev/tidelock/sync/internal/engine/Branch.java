package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.List;

/** The events of a device from a counter on, which are not to be that device's any more: a log has others in their place, or another identity takes them over. */
final class Branch {
    private Branch() {}

    /**
     * Takes the events out of the store.
     *
     * @return the transactions that counted until now and that lost an event, for somebody to issue again
     */
    static List<List<Event>> cutOff(StoreTransaction tx, ApplyBatch batch, DeviceId device, long from, long last) {
        StoredEvent begin = tx.event(new EventId(device, from));
        long first = begin == null ? from : begin.event().transaction().first();
        List<List<Event>> counting = ClockRepair.counting(tx, device, first, last);
        if (first < from) {
            // A part of it is in the log: that part waits, here as elsewhere, for a rest that may never come.
            TransactionSpan part = new TransactionSpan(first, (int) (from - first));
            for (StoredEvent left : tx.transaction(device, part)) {
                if (!EngineWords.alwaysCounts(left.event())) {
                    EventId id = left.event().id();
                    tx.setState(device, new TransactionSpan(id.counter(), 1), EventState.WAITING);
                    batch.foldAnew(left.event().key());
                }
            }
        }
        tx.removeEvents(device, from).forEach(event -> batch.foldAnew(event.key()));
        counting.forEach(events -> events.forEach(event -> batch.foldAnew(event.key())));
        if (begin != null && first < from) {
            batch.carryOut(device, begin.event().transaction());
        }
        return counting;
    }
}
