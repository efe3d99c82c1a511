package dev.tidelock.sync.testkit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one simulated history came to.
 *
 * @param events how many events the devices wrote
 * @param syncs how often a device was told to sync; those that it began by itself come on top
 * @param faults how often each kind of fault happened
 * @param traceHash a hash over what happened, in order; the same for the same seed
 * @param failure the promise that was broken; null if all were kept
 */
public record SimulationResult(
        long seed,
        int devices,
        long events,
        long syncs,
        Map<Fault, Long> faults,
        long traceHash,
        @Nullable SimulationFailure failure) {
    public SimulationResult {
        faults = Map.copyOf(faults);
    }

    public boolean held() {
        return failure == null;
    }
}
