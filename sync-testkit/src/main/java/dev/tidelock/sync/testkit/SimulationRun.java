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
 * @param events how many events all devices wrote
 * @param lost how many histories lost an acknowledged write, or counted one twice
 * @param diverged in how many devices ended up different
 * @param stuck in how many something waited for ever
 * @param broken in how many any other promise was broken, or the same seed gave another history
 * @param failingSeeds the first {@value #FAILURES_MAX} of the seeds of those
 * @param failures what was wrong, for the same seeds
 * @param faults how often each kind of fault happened
 * @param faultKindsMin how many kinds of fault every history had at least
 */
public record SimulationRun(
        long histories,
        long events,
        long lost,
        long diverged,
        long stuck,
        long broken,
        List<Long> failingSeeds,
        List<String> failures,
        Map<Fault, Long> faults,
        int faultKindsMin) {
    /** How many changes all devices of a history make together, at least. */
    public static final int OPS_MIN = 60;

    /** The device count that lets each seed have its own, 2 to 8. */
    public static final int MIXED_DEVICES = 0;

    private static final int FAILURES_MAX = 100;
    private static final long REPEATED_EVERY = 20;
    private static final int MIXED_DEVICES_MIN = 2;
    private static final int MIXED_DEVICES_MAX = 8;

    public SimulationRun {
        failingSeeds = List.copyOf(failingSeeds);
        failures = List.copyOf(failures);
        faults = Map.copyOf(faults);
    }

    /** Is told after each history. */
    @FunctionalInterface
    public interface Progress {
        /** Tells nobody. */
        Progress NONE = (done, failed) -> {};

        void done(long histories, long failed);
    }

    /** The history that a run makes of a seed; to replay one of them. */
    public static Simulation simulation(long seed, int devices) {
        int mixed = MIXED_DEVICES_MIN + (int) Math.floorMod(seed, (long) MIXED_DEVICES_MAX - MIXED_DEVICES_MIN + 1);
        int count = devices == MIXED_DEVICES ? mixed : devices;
        return Simulation.seeded(seed).devices(count).localOps((OPS_MIN + count - 1) / count);
    }

    /**
     * Runs the histories of consecutive seeds. Some of them run twice, to see that a seed gives one history.
     *
     * @param devices how many devices each history has, or {@link #MIXED_DEVICES}
     */
    public static SimulationRun run(long firstSeed, long seeds, int devices, Progress progress) {
        Tally tally = new Tally();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            SimulationResult result = simulation(seed, devices).run();
            tally.add(result);
            if (result.held() && Math.floorMod(seed, REPEATED_EVERY) == 0) {
                tally.requireSame(result, simulation(seed, devices).run());
            }
            progress.done(tally.histories, tally.failed());
        }
        return tally.total();
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
        private int faultKindsMin = Fault.values().length;
        private long histories;
        private long events;

        void add(SimulationResult result) {
            histories++;
            events += result.events();
            result.faults().forEach((fault, count) -> faults.merge(fault, count, Long::sum));
            faultKindsMin = Math.min(faultKindsMin, result.faults().size());
            SimulationFailure failure = result.failure();
            if (failure != null) {
                fail(result.seed(), failure.kind(), String.valueOf(failure.getMessage()));
            }
        }

        void requireSame(SimulationResult one, SimulationResult other) {
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

        long failed() {
            return failed.values().stream().mapToLong(Long::longValue).sum();
        }

        private long failed(Kind kind) {
            return failed.getOrDefault(kind, 0L);
        }

        SimulationRun total() {
            return new SimulationRun(
                    histories,
                    events,
                    failed(Kind.LOST),
                    failed(Kind.DIVERGED),
                    failed(Kind.STUCK),
                    failed(Kind.BROKEN),
                    failingSeeds,
                    failures,
                    faults,
                    histories == 0 ? 0 : faultKindsMin);
        }
    }
}
