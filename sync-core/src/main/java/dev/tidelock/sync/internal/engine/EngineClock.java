package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.HybridClock;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.util.concurrent.TimeUnit;

/**
 * What time it is, for stamps: this device's clock, unless the remote's word shows that it is far off.
 *
 * <p>The remote may lie, so its word is taken only where the two differ by more than {@link SyncLimits#OWN_CLOCK_DRIFT_MAX}, and only if it names a
 * year that can be. Whoever lies about the time can make edits lose against concurrent ones, and the status says that the clocks differ; it can
 * neither lose nor hold back a write.
 *
 * <p>Safe for use by any number of threads.
 */
final class EngineClock {
    private static final long YEAR_2025 = 1_735_689_600_000L;
    private static final long YEAR_2200 = 7_258_118_400_000L;

    private final SyncRuntime runtime;
    private volatile Hint hint;

    /** How far the remote's clock was ahead, and when that was; {@code asked} is false for what an earlier process left. */
    private record Hint(long offsetMillis, long wallMillis, long monotonicNanos, boolean asked) {}

    /** @param offsetMillis what was known when the last process ended */
    EngineClock(SyncRuntime runtime, long offsetMillis) {
        this.runtime = runtime;
        this.hint = new Hint(offsetMillis, 0, 0, false);
    }

    /** The time for a stamp, milliseconds since 1970. */
    long millis() {
        return runtime.wallMillis() + (isFarOff() ? hint.offsetMillis() : 0);
    }

    /** Now, for {@link #hint}. */
    Moment now() {
        return new Moment(runtime.wallMillis(), runtime.monotonicNanos());
    }

    /** A moment, as this device's clocks have it. */
    record Moment(long wallMillis, long monotonicNanos) {}

    /** Whether this device's clock is off by more than others tolerate, or nearly so: the measure is not exact. */
    boolean isFarOff() {
        return Math.abs(hint.offsetMillis()) > SyncLimits.OWN_CLOCK_DRIFT_MAX.toMillis();
    }

    /** How far the remote's clock is ahead. */
    long offsetMillis() {
        return hint.offsetMillis();
    }

    /**
     * The remote told its time, at some moment while it was asked.
     *
     * @param asked when it was
     */
    void hint(long remoteMillis, Moment asked) {
        if (remoteMillis >= YEAR_2025 && remoteMillis < YEAR_2200) {
            long wall = runtime.wallMillis();
            long nanos = runtime.monotonicNanos();
            // A machine that sleeps may stop the one, and a clock that is set moves the other.
            long earliest =
                    Math.min(asked.wallMillis, wall - TimeUnit.NANOSECONDS.toMillis(nanos - asked.monotonicNanos));
            long offset = remoteMillis < earliest ? remoteMillis - earliest : Math.max(0, remoteMillis - wall);
            hint = new Hint(offset, wall, nanos, true);
        }
    }

    /** Whether the remote should be asked before anything is sealed: it has not been in this process, or the clock has been set since. */
    boolean isUncertain() {
        Hint last = hint;
        long passedMillis = TimeUnit.NANOSECONDS.toMillis(runtime.monotonicNanos() - last.monotonicNanos());
        long jumpMillis = runtime.wallMillis() - last.wallMillis() - passedMillis;
        long unnoticed = SyncLimits.CLOCK_DRIFT_MAX.toMillis() - SyncLimits.OWN_CLOCK_DRIFT_MAX.toMillis();
        return !last.asked() || Math.abs(jumpMillis) > unnoticed;
    }

    /** A reading of others that new stamps are to exceed; not more of it than leaves them well within what is tolerated. */
    long bounded(long observedReading) {
        long latestMillis = millis() + SyncLimits.OWN_CLOCK_DRIFT_MAX.toMillis();
        return Math.min(observedReading, HybridClock.START.tick(latestMillis).reading());
    }

    /** The highest reading that does not lie too far in the future. */
    long highestReading() {
        long latestMillis = millis() + SyncLimits.CLOCK_DRIFT_MAX.toMillis();
        return HybridClock.START.tick(latestMillis).reading();
    }
}
