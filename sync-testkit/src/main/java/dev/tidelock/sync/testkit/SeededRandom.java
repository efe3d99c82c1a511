package dev.tidelock.sync.testkit;

import java.util.List;

/**
 * Chance from a seed: the same seed gives the same numbers, on every platform and in every version of the library. The generator is SplitMix64
 * (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014). Not for secrets, and for one thread.
 */
public final class SeededRandom {
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private long state;

    /** Numbers that depend on this seed alone. Any seed will do, and similar ones have nothing in common. */
    public SeededRandom(long seed) {
        state = mix(seed);
    }

    /** Numbers of their own, for one more user: how many of them it takes does not change what others get. */
    public SeededRandom fork(long purpose) {
        return new SeededRandom(state ^ mix(purpose + STEP));
    }

    /** The next number; any {@code long} is as probable as any other. */
    public long nextLong() {
        state += STEP;
        return mix(state);
    }

    /** A number from 0 up to but not including {@code bound}. */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("a bound of " + bound + "; at least 1 is accepted");
        }
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** A number from {@code min} to {@code max}, both included. */
    public long between(long min, long max) {
        if (max < min) {
            throw new IllegalArgumentException("from " + min + " to " + max + " there is no number");
        }
        return min + Math.floorMod(nextLong(), max - min + 1);
    }

    /** A number from {@code min} (at least 1) to {@code max}, both included: small ones as often as great ones, by orders of magnitude. */
    public long magnitude(long min, long max) {
        double logarithm = StrictMath.log(min) + nextDouble() * (StrictMath.log(max) - StrictMath.log(min));
        return Math.min(max, Math.max(min, Math.round(StrictMath.exp(logarithm))));
    }

    /** A number from 0 up to but not including 1. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** True with this probability. Takes a number only if the answer is open. */
    public boolean chance(double probability) {
        return probability > 0 && (probability >= 1 || nextDouble() < probability);
    }

    /** One of the choices, each as probable as the others. There must be one at least. */
    public <T> T pick(List<T> choices) {
        return choices.get(nextInt(choices.size()));
    }

    /** Spreads the bits of a number over all 64. One to one. */
    static long mix(long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
