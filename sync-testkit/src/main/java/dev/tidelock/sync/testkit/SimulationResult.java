package dev.tidelock.sync.testkit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one simulated history came to.
 *
 * @param operations how many changes the devices acknowledged
 * @param events how many of them no loss of power took back
 * @param syncs how often a device was told to sync; those that it began by itself come on top
 * @param faults how often each kind of fault happened
 * @param traceHash a hash over what happened, in order; the same for the same seed
 * @param failure the promise that was broken; null if all were kept
 * @param script the steps that it consisted of, up to the failure if there was one
 */
public record SimulationResult(
        long seed,
        int devices,
        long operations,
        long events,
        long syncs,
        Map<Fault, Long> faults,
        long traceHash,
        @Nullable SimulationFailure failure,
        SimulationScript script) {
    public SimulationResult {
        faults = Map.copyOf(faults);
    }

    /** Whether every promise was kept. */
    public boolean held() {
        return failure == null;
    }
}
