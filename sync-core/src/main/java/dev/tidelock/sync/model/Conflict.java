package dev.tidelock.sync.model;

import dev.tidelock.sync.json.JsonValue;
import java.util.List;

/**
 * One open entry of the conflict log: a value that lost, kept where the app and its user can find it. It closes when a put or a delete is
 * written that has seen it.
 *
 * @param id the losing event; of several equal puts, the one with the highest stamp
 * @param losing all events that share this fate, sorted; the id among them
 * @param key the record
 * @param kind {@code PUT}, with the whole losing value, or {@code PATCH}, with the losing patch
 * @param value what lost
 * @param stamp when the losing event was written
 * @param winner the event that won
 */
public record Conflict(
        EventId id, List<EventId> losing, RecordKey key, Op.Kind kind, JsonValue value, Stamp stamp, EventId winner) {
    public Conflict {
        losing = List.copyOf(losing);
    }

    /** The names only: values are the user's data. */
    @Override
    public String toString() {
        return "Conflict[" + id + " lost to " + winner + "]";
    }
}
