package dev.tidelock.sync.testkit;

import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.util.Set;

/** Whether incidents were noticed for which nothing gave cause: an alarm that is false teaches users to ignore the next one. */
final class FalseAlarms {
    private final Set<Fault> happened;

    /** @param happened the faults of a history in which the relay was honest, lost nothing, and no device's data was copied */
    FalseAlarms(Set<Fault> happened) {
        this.happened = happened;
    }

    void requireNone(SimulatedDevice device) {
        for (Incident incident : device.look(StoreReader::incidents)) {
            if (!isExplained(incident.kind())) {
                throw new SimulationFailure(
                        Kind.BROKEN,
                        "device " + device.number() + " was told of what no relay and no device did: " + incident);
            }
        }
    }

    private boolean isExplained(Incident.Kind kind) {
        return switch (kind) {
            // Two clocks that each are off by what is tolerated; or time that passes while an answer is under way.
            case CLOCK_AHEAD, OWN_CLOCK ->
                happened.contains(Fault.CLOCK_LEAP)
                        || happened.contains(Fault.CLOCK_JUMP)
                        || happened.contains(Fault.MEANWHILE);
            case GARBLED -> happened.contains(Fault.ANSWER_CHANGED);
            // What a device had no keys for at first is taken in late.
            case REORDERED -> happened.contains(Fault.ANSWER_CHANGED) || happened.contains(Fault.KEYS_MISSING);
            // Bytes that change on the way, or cannot be opened, are not what the others say that exists.
            case WITHHELD -> happened.contains(Fault.ANSWER_CHANGED) || happened.contains(Fault.KEYS_MISSING);
            case REPEATED, ROLLED_BACK, LOG_REPLACED, FORKED -> false;
        };
    }
}
