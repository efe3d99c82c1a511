package dev.tidelock.sync.testkit;

import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What each set of events of a record has come to, on whatever device it was seen first. The same events must come to the same everywhere: this is asked after
 * every commit, for each record that the commit touched. Of the sets seen for the first time, a part is also compared with the {@link ReferenceFold}; which
 * part depends on the events alone, so that a shortened history is checked at the same places.
 */
final class StateLedger {
    /** One set of events in so many is compared with the reference fold. */
    private static final int REFERENCE_EVERY = 8;

    private final Strategies strategies;
    private final Map<EventSet, RecordState> states = new HashMap<>();

    /** Some events of a record; of two sets, the marks differ. */
    private record EventSet(RecordKey key, long mark) {}

    StateLedger(Strategies strategies) {
        this.strategies = strategies;
    }

    /** Compares what a device makes of a record's events with what others made of the same. */
    void check(int device, MemoryReader reader, RecordKey key) {
        if (key.isControl()) {
            return; // the engine's own words have no value
        }
        EventSet events = new EventSet(key, reader.mark(key));
        RecordState state = reader.record(key);
        RecordState known = states.putIfAbsent(events, state);
        if (known != null && !known.equals(state)) {
            throw new SimulationFailure(
                    Kind.DIVERGED,
                    key + " of device " + device + " holds " + state + "; the same events came to " + known
                            + " before");
        }
        if (known == null && events.mark % REFERENCE_EVERY == 0) {
            requireFolded(device, reader, key);
        }
    }

    /** A record is what its events come to by the rules. */
    void requireFolded(int device, MemoryReader reader, RecordKey key) {
        RecordState state = reader.record(key);
        ReferenceFold reference = new ReferenceFold(strategies, RecordEvents.of(reader, key), StandIns.of(reader, key));
        ReferenceFold.Folded expected = reference.fold();
        boolean same = Objects.equals(expected.value(), state.value())
                && Objects.equals(expected.stamp(), state.valueStamp())
                && reference.heads().equals(state.heads());
        if (!same) {
            throw new SimulationFailure(
                    Kind.DIVERGED,
                    key + " of device " + device + " holds " + state + "; its events come to " + expected
                            + " with heads " + reference.heads());
        }
    }
}
