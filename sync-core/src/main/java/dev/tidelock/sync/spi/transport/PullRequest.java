package dev.tidelock.sync.spi.transport;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a remote log to read.
 *
 * <p>By cursor, as usual: everything after it, in the order of the log. Or by what is known: everything but the envelopes that end at
 * or below the counters given, in the order of the log; this is how a device finds its place in a log that does not agree with its
 * cursor, and fetches what is missing.
 */
public final class PullRequest {
    private final @Nullable Cursor after;
    private final Map<DeviceId, Long> known;
    private final long fromPosition;
    private final boolean thorough;

    private PullRequest(@Nullable Cursor after, Map<DeviceId, Long> known, long fromPosition, boolean thorough) {
        this.after = after;
        this.known = Map.copyOf(known);
        this.fromPosition = fromPosition;
        this.thorough = thorough;
    }

    /** What comes after a cursor. */
    public static PullRequest after(Cursor cursor) {
        return new PullRequest(Objects.requireNonNull(cursor, "cursor"), Map.of(), 0, false);
    }

    /**
     * What a device with these counters lacks.
     *
     * @param known per device, the counter up to which everything is held
     * @param fromPosition where in the log to go on: 0, and then the position that each answer ends at
     */
    public static PullRequest missing(Map<DeviceId, Long> known, long fromPosition) {
        return new PullRequest(null, known, fromPosition, false);
    }

    /** This request, made because something is missing that must exist: a transport that answers in part from what it remembers looks at all that is there. */
    public PullRequest thoroughly() {
        return new PullRequest(after, known, fromPosition, true);
    }

    /** The cursor to read from; null in a request by what is known. */
    public @Nullable Cursor after() {
        return after;
    }

    /** Per device, the counter up to which everything is held; empty in a request by cursor. */
    public Map<DeviceId, Long> known() {
        return known;
    }

    /** Where in the log a request by what is known goes on. */
    public long fromPosition() {
        return fromPosition;
    }

    /** Whether nothing that is remembered of the remote is to be relied on. */
    public boolean isThorough() {
        return thorough;
    }
}
