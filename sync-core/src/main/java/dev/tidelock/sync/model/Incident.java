package dev.tidelock.sync.model;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that an honest remote or device does not do, as it was noticed here. Kept in the store until the app has looked at it. There is one of
 * each kind and device; what happens again is counted.
 *
 * @param kind what happened
 * @param device the device that it concerns; null if it concerns none, or all
 * @param detail one line for the person who looks into it; no data of the user's
 * @param open whether it is still so; false once the engine has healed it
 * @param firstMillis when it was first noticed, milliseconds since 1970
 * @param lastMillis when it was last noticed
 * @param count how often it was noticed
 */
public record Incident(
        Kind kind,
        @Nullable DeviceId device,
        String detail,
        boolean open,
        long firstMillis,
        long lastMillis,
        long count) {
    public Incident {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(detail, "detail");
    }

    /** What can happen. */
    public enum Kind {
        /** A device's envelopes are known to exist, and the remote does not give them out. */
        WITHHELD,
        /** Envelopes came in another order than devices hand them in. */
        REORDERED,
        /** The remote's log holds the same envelope twice. */
        REPEATED,
        /** The remote lost what it had: it was restored or rolled back. The devices push it again. */
        ROLLED_BACK,
        /** The remote holds another log than before: it was emptied, replaced or swapped. */
        LOG_REPLACED,
        /** What the remote sent had been changed, or was made by somebody else. */
        GARBLED,
        /** Two different histories are signed with one device's key: its data was copied or restored. */
        FORKED,
        /** A device wrote with a clock that is far ahead. */
        CLOCK_AHEAD,
        /** This device's clock is far off, as the remote tells the time. */
        OWN_CLOCK
    }

    /** Whether it is this device that it concerns. */
    public boolean concerns(DeviceId other) {
        return device != null && device.equals(other);
    }

    /** The same, noticed once more. */
    public Incident again(String newDetail, long nowMillis) {
        return new Incident(kind, device, newDetail, true, firstMillis, nowMillis, count + 1);
    }

    /** The same, over. */
    public Incident healed() {
        return new Incident(kind, device, detail, false, firstMillis, lastMillis, count);
    }
}
