package dev.tidelock.sync.model;

/**
 * A hybrid logical clock: never goes back, never repeats, and never falls behind what it has observed.
 *
 * <p>A pure value, so that a reading can be taken inside a transaction and kept only if that commits: every method returns a new
 * clock. Source: Kulkarni, Demirbas et al., "Logical Physical Clocks and Consistent Snapshots", 2014.
 *
 * @param reading the highest reading given out or observed
 */
public record HybridClock(long reading) {
    /** A clock that has seen nothing. */
    public static final HybridClock START = new HybridClock(0);

    /** The next reading: the wall clock if that is ahead, else one more than the last. */
    public HybridClock tick(long nowMillis) {
        return new HybridClock(Math.max(reading + 1, Stamp.readingAt(nowMillis)));
    }

    /** This clock after it has seen another's reading. */
    public HybridClock observe(long otherReading) {
        return otherReading > reading ? new HybridClock(otherReading) : this;
    }
}
