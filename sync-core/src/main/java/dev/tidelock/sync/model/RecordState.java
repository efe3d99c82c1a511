package dev.tidelock.sync.model;

import dev.tidelock.sync.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the fold of a record's events comes to. Derived: the same events give the same state on every device.
 *
 * @param value what the record holds; null if it does not exist, or no more
 * @param valueStamp the stamp of the put that won; null if no put did
 * @param heads the events that no other event of the record has seen, sorted
 * @param latest the highest stamp of the record's events; null if there are none
 * @param conflicts the open entries of the conflict log, sorted by id
 */
public record RecordState(
        @Nullable JsonValue value,
        @Nullable Stamp valueStamp,
        List<EventId> heads,
        @Nullable Stamp latest,
        List<Conflict> conflicts) {
    /** A record that nobody has written. */
    public static final RecordState ABSENT = new RecordState(null, null, List.of(), null, List.of());

    public RecordState {
        heads = List.copyOf(heads);
        conflicts = List.copyOf(conflicts);
    }

    /** Whether the record was there, and has been deleted. */
    public boolean isDeleted() {
        return value == null && !heads.isEmpty();
    }
}
