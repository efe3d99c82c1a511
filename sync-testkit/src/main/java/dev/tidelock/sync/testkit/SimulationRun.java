package dev.tidelock.sync.testkit;

import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What many simulated histories came to.
 *
 * @param histories how many there were
 * @param operations how many changes were acknowledged
 * @param operationsMin how many in the history with the fewest
 * @param events how many of them no loss of power took back
 * @param lost how many histories lost an acknowledged write, or counted one twice
 * @param diverged in how many devices ended up different
 * @param stuck in how many something waited for ever
 * @param broken in how many any other promise was broken, or the same seed gave another history
 * @param failingSeeds the first {@value #FAILURES_MAX} of the seeds of those
 * @param failures what was wrong, for the same seeds
 * @param faults how often each kind of fault happened
 * @param faultKindsMin how many kinds in the history with the fewest
 * @param tracesRepeated how many histories were run twice, to see that a seed gives one history; what differs is among the broken
 * @param traceHash over the trace hashes of all histories, in whatever order they were run
 */
public record SimulationRun(
        long histories,
        long operations,
        long operationsMin,
        long events,
        long lost,
        long diverged,
        long stuck,
        long broken,
        List<Long> failingSeeds,
        List<String> failures,
        Map<Fault, Long> faults,
        long faultKindsMin,
        long tracesRepeated,
        long traceHash) {
    /** How many changes all devices of a history make together, at least. */
    public static final int OPS_MIN = 60;

    /** The device count that lets each seed have its own, 2 to 8. */
    public static final int MIXED_DEVICES = 0;

    /** No history. */
    public static final SimulationRun NONE = new SimulationRun(
            0, 0, Long.MAX_VALUE, 0, 0, 0, 0, 0, List.of(), List.of(), Map.of(), Long.MAX_VALUE, 0, 0);

    private static final int FAILURES_MAX = 100;
    private static final int MIXED_DEVICES_MIN = 2;
    private static final int MIXED_DEVICES_MAX = 8;

    public SimulationRun {
        failingSeeds = List.copyOf(failingSeeds);
        failures = List.copyOf(failures);
        faults = Map.copyOf(faults);
    }

    /** The history that a run makes of a seed. */
    public static Simulation simulation(long seed, int devices) {
        int mixed = MIXED_DEVICES_MIN + (int) Math.floorMod(seed, (long) MIXED_DEVICES_MAX - MIXED_DEVICES_MIN + 1);
        int count = devices == MIXED_DEVICES ? mixed : devices;
        return Simulation.seeded(seed).devices(count).localOps((OPS_MIN + count - 1) / count);
    }

    /**
     * Runs the histories of consecutive seeds.
     *
     * @param devices how many devices each history has, or {@link #MIXED_DEVICES}
     * @param repeatEvery of how many seeds one is run twice; 1 for all
     */
    public static SimulationRun run(long firstSeed, long seeds, int devices, long repeatEvery) {
        Tally tally = new Tally();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            SimulationResult result = simulation(seed, devices).run();
            tally.add(result);
            if (result.held() && Math.floorMod(seed, repeatEvery) == 0) {
                tally.requireSame(result, simulation(seed, devices).run());
            }
        }
        return tally.total();
    }

    /** This run and another one. */
    public SimulationRun plus(SimulationRun other) {
        Map<Fault, Long> allFaults = new EnumMap<>(Fault.class);
        allFaults.putAll(faults);
        other.faults.forEach((fault, count) -> allFaults.merge(fault, count, Long::sum));
        return new SimulationRun(
                histories + other.histories,
                operations + other.operations,
                Math.min(operationsMin, other.operationsMin),
                events + other.events,
                lost + other.lost,
                diverged + other.diverged,
                stuck + other.stuck,
                broken + other.broken,
                firstOf(failingSeeds, other.failingSeeds),
                firstOf(failures, other.failures),
                allFaults,
                Math.min(faultKindsMin, other.faultKindsMin),
                tracesRepeated + other.tracesRepeated,
                traceHash + other.traceHash);
    }

    private static <T> List<T> firstOf(List<T> some, List<T> others) {
        List<T> all = new ArrayList<>(some);
        all.addAll(others);
        return all.subList(0, Math.min(FAILURES_MAX, all.size()));
    }

    /** Whether every promise was kept. */
    public boolean held() {
        return lost + diverged + stuck + broken == 0;
    }

    private static final class Tally {
        private final Map<Kind, Long> failed = new EnumMap<>(Kind.class);
        private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
        private final List<Long> failingSeeds = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private long histories;
        private long operations;
        private long operationsMin = Long.MAX_VALUE;
        private long events;
        private long faultKindsMin = Long.MAX_VALUE;
        private long tracesRepeated;
        private long traceHash;

        void add(SimulationResult result) {
            histories++;
            operations += result.operations();
            events += result.events();
            result.faults().forEach((fault, count) -> faults.merge(fault, count, Long::sum));
            traceHash += SeededRandom.mix(result.traceHash() ^ SeededRandom.mix(result.seed()));
            SimulationFailure failure = result.failure();
            if (failure == null) {
                operationsMin = Math.min(operationsMin, result.operations());
                faultKindsMin = Math.min(faultKindsMin, result.faults().size());
            } else {
                fail(result.seed(), failure.kind(), String.valueOf(failure.getMessage()));
            }
        }

        void requireSame(SimulationResult one, SimulationResult other) {
            tracesRepeated++;
            if (one.traceHash() != other.traceHash()) {
                fail(one.seed(), Kind.BROKEN, "the second run of this seed was another history");
            }
        }

        private void fail(long seed, Kind kind, String message) {
            failed.merge(kind, 1L, Long::sum);
            if (failingSeeds.size() < FAILURES_MAX) {
                failingSeeds.add(seed);
                failures.add("seed " + seed + ": " + message);
            }
        }

        private long failed(Kind kind) {
            return failed.getOrDefault(kind, 0L);
        }

        SimulationRun total() {
            return new SimulationRun(
                    histories,
                    operations,
                    operationsMin,
                    events,
                    failed(Kind.LOST),
                    failed(Kind.DIVERGED),
                    failed(Kind.STUCK),
                    failed(Kind.BROKEN),
                    failingSeeds,
                    failures,
                    faults,
                    faultKindsMin,
                    tracesRepeated,
                    traceHash);
        }
    }
}
