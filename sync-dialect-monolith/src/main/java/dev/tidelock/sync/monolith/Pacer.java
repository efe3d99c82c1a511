package dev.tidelock.sync.monolith;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait until the relay will take them. It gives both devices of a session one bucket of 20 frames, which it fills by 120 a second, rounded down with each frame: so what a device may
 * send depends on when the other one does. At one frame in 36 ms from each, at least two frames' worth come back for the two of them, however they fall; six at once from each leave some for the control
 * of both. Not safe for use by several threads.
 */
final class Pacer {
    static final Duration INTERVAL = Duration.ofMillis(36);
    static final int BURST = 6;

    /** More than one question and one answer of the greatest length never wait. */
    static final int BYTES_MAX = 8 << 20;

    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private long bytes;
    private long creditNanos = BURST * INTERVAL.toNanos();
    private long lastNanos;

    Pacer(long nowNanos) {
        this.lastNanos = nowNanos;
    }

    /** Takes a frame, unless too much waits: the link may lose frames. */
    void add(byte[] frame) {
        if (bytes + frame.length <= BYTES_MAX) {
            waiting.add(frame);
            bytes += frame.length;
        }
    }

    /** The next frame, if it may be sent now. */
    byte @Nullable [] poll(long nowNanos) {
        long full = BURST * INTERVAL.toNanos();
        creditNanos = Math.min(full, creditNanos + Math.max(0, nowNanos - lastNanos));
        lastNanos = nowNanos;
        if (waiting.isEmpty() || creditNanos < INTERVAL.toNanos()) {
            return null;
        }
        creditNanos -= INTERVAL.toNanos();
        byte[] next = waiting.remove();
        bytes -= next.length;
        return next;
    }

    /** How long until the next frame may be sent; null if none waits. */
    @Nullable
    Duration untilNext() {
        return waiting.isEmpty() ? null : Duration.ofNanos(Math.max(0, INTERVAL.toNanos() - creditNanos));
    }

    /** Forgets what waits. */
    void clear() {
        waiting.clear();
        bytes = 0;
    }

    /** The relay found it too much: begins with nothing to spare. */
    void exhaust() {
        creditNanos = 0;
    }
}
