package dev.tidelock.sync.model;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.Objects;

/**
 * When an event was written: a reading of a hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014) and the device
 * that wrote it. Stamps are totally ordered, by reading and then by device, and the order extends causality: an event has a higher
 * stamp than every event that its author had seen.
 *
 * @param reading 48 bits of milliseconds since 1970 and 16 bits of counter, which carries into the milliseconds; never negative
 */
public record Stamp(long reading, DeviceId device) implements Comparable<Stamp> {
    private static final int COUNTER_BITS = 16;

    public Stamp {
        Objects.requireNonNull(device, "device");
        if (reading < 0) {
            throw new IllegalArgumentException("a clock reading of " + reading + "; it is never negative");
        }
    }

    /** The physical part, in milliseconds since 1970. */
    public long millis() {
        return reading >>> COUNTER_BITS;
    }

    static long readingAt(long millis) {
        return Math.max(0, millis) << COUNTER_BITS;
    }

    @Override
    public int compareTo(Stamp other) {
        int order = Long.compare(reading, other.reading);
        return order != 0 ? order : device.compareTo(other.device);
    }
}
