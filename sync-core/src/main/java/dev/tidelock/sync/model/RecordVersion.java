package dev.tidelock.sync.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Names what a record has come to: two are equal exactly if no change came in between, by this device or another one. For preconditions; see
 * {@code Transaction.expect}.
 *
 * @param heads the events that nothing has followed yet, sorted; none if nobody has written the record
 */
public record RecordVersion(List<EventId> heads) {
    /** Of a record that nobody has written, ever. */
    public static final RecordVersion ABSENT = new RecordVersion(List.of());

    public RecordVersion {
        heads = List.copyOf(heads);
    }

    @Override
    public String toString() {
        return heads.isEmpty()
                ? "never written"
                : heads.stream().map(EventId::toString).collect(Collectors.joining("+"));
    }
}
