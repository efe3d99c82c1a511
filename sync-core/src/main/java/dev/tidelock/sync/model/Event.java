package dev.tidelock.sync.model;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.List;

/**
 * One change to one record, made by one device. Immutable once written.
 *
 * @param stamp when it was written; by the device of the id
 * @param parents the record's heads that the author had seen, sorted, without repeats
 * @param transaction the events that become visible together with this one; itself alone, usually
 */
public record Event(EventId id, RecordKey key, Op op, Stamp stamp, List<EventId> parents, TransactionSpan transaction) {
    /** The most parents that an event may name. */
    public static final int PARENTS_MAX = 1000;

    public Event {
        parents = List.copyOf(parents);
        if (!stamp.device().equals(id.device())) {
            throw new IllegalArgumentException("event " + id + " carries a stamp of device " + stamp.device());
        }
        if (!transaction.contains(id.counter())) {
            throw new IllegalArgumentException("event " + id + " is not in its transaction " + transaction);
        }
        if (parents.size() > PARENTS_MAX) {
            throw new IllegalArgumentException(
                    "event " + id + " names " + parents.size() + " parents; at most " + PARENTS_MAX);
        }
        for (int i = 1; i < parents.size(); i++) {
            if (parents.get(i - 1).compareTo(parents.get(i)) >= 0) {
                throw new IllegalArgumentException("the parents of event " + id + " are not in order");
            }
        }
    }

    /** The device that wrote it. */
    public DeviceId device() {
        return id.device();
    }

    /** The names only: values are the user's data. */
    @Override
    public String toString() {
        return "Event[" + id + " " + op + "]";
    }
}
