package dev.tidelock.sync.model;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.Objects;

/**
 * The identity of an event: its device, and the number that the device gave it, from 1 without gaps.
 *
 * <p>The order (device, then counter) has no meaning beyond being the same everywhere.
 */
public record EventId(DeviceId device, long counter) implements Comparable<EventId> {
    public EventId {
        Objects.requireNonNull(device, "device");
        if (counter < 1) {
            throw new IllegalArgumentException("event counter " + counter + "; counters start at 1");
        }
    }

    /** Reads what {@link #toString()} wrote. */
    public static EventId parse(String text) {
        int at = text.indexOf('-');
        try {
            return new EventId(
                    DeviceId.parse(text.substring(0, Math.max(at, 0))), Long.parseLong(text.substring(at + 1)));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("'" + text + "' is not an event id; it reads DEVICE-COUNTER", malformed);
        }
    }

    @Override
    public int compareTo(EventId other) {
        int order = device.compareTo(other.device);
        return order != 0 ? order : Long.compare(counter, other.counter);
    }

    @Override
    public String toString() {
        return device + "-" + counter;
    }
}
