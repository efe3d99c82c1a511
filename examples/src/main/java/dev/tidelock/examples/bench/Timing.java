package dev.tidelock.examples.bench;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Times work, several times over. */
final class Timing {
    static final double NANOS_PER_SECOND = 1e9;

    private Timing() {}

    /** Something to be timed; says how long its essential part took, in nanoseconds. */
    @FunctionalInterface
    interface Timed {
        long nanos() throws Exception;
    }

    /** Waits for a moment on the clock of {@link System#nanoTime}. */
    static void sleepUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Runs two things in turn, so that both see the same machine; the first round of each warms up and does not count. */
    static double[] medianPerSecond(int records, int rounds, Timed one, Timed other) throws Exception {
        double[] ones = new double[rounds];
        double[] others = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            double oneRate = records * NANOS_PER_SECOND / one.nanos();
            double otherRate = records * NANOS_PER_SECOND / other.nanos();
            if (round >= 0) {
                ones[round] = oneRate;
                others[round] = otherRate;
            }
        }
        return new double[] {median(ones), median(others)};
    }
}
