package dev.tidelock.sync.internal.setting;

import java.time.Duration;

/** Settings that are times. */
public final class Durations {
    private Durations() {}

    /**
     * The value, if it is in its range; both ends belong to it.
     *
     * @throws IllegalArgumentException if it is not; says what was given and what is accepted
     */
    public static Duration requireWithin(String what, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be " + min + " to " + max);
        }
        return value;
    }
}
