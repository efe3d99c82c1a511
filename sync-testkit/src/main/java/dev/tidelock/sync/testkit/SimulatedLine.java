package dev.tidelock.sync.testkit;

import dev.tidelock.sync.spi.link.Link;
import dev.tidelock.sync.spi.link.LinkListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A line between two devices, in virtual time: each end is a {@link Link}. It carries frames faithfully until it is told to be worse: it can lose them, bring them twice, late and so in another order, or back to
 * where they came from, and it can be cut. For one thread.
 */
public final class SimulatedLine {
    /** The name under which both devices keep what they know of each other, unless the line has another. */
    public static final String NAME = "simulated-line";

    private static final int KEPT_FRAMES = 64;

    private final VirtualTime time;
    private final SeededRandom random;
    private final int frameBytesMax;
    private final String name;
    private final @Nullable End[] ends = new End[2];
    private final List<Deque<byte[]>> sent = List.of(new ArrayDeque<>(), new ArrayDeque<>());
    private boolean cut;
    private double lost;
    private double twice;
    private double back;
    private Duration delayMax = Duration.ZERO;
    private long frames;

    /** @param seed of what goes wrong, once it may */
    public SimulatedLine(VirtualTime time, long seed) {
        this(time, seed, 16 << 10);
    }

    /** @param frameBytesMax the longest frame that it carries */
    public SimulatedLine(VirtualTime time, long seed, int frameBytesMax) {
        this(time, seed, frameBytesMax, NAME);
    }

    /** @param name under which both devices keep what they know of each other, for a device that has several lines */
    public SimulatedLine(VirtualTime time, long seed, int frameBytesMax, String name) {
        this.name = Objects.requireNonNull(name, "name");
        this.time = Objects.requireNonNull(time, "time");
        this.random = new SeededRandom(seed);
        this.frameBytesMax = frameBytesMax;
    }

    /**
     * A new link at one end, in the place of the one that was there.
     *
     * @param side 0 or 1
     */
    public Link end(int side) {
        End end = new End(side);
        end(side, end);
        return end;
    }

    private void end(int side, @Nullable End end) {
        ends[side] = end;
    }

    /**
     * From now on frames fare like this.
     *
     * @param lostShare how many are lost, 0 to 1
     * @param twiceShare how many come twice
     * @param backShare how many also come back to who sent them
     * @param delay how long a frame takes at most: each takes its own time, and so they overtake each other
     */
    public void setFaults(double lostShare, double twiceShare, double backShare, Duration delay) {
        lost = lostShare;
        twice = twiceShare;
        back = backShare;
        delayMax = delay;
    }

    /** From now on frames arrive, once and in order. */
    public void heal() {
        setFaults(0, 0, 0, Duration.ZERO);
    }

    /** Cuts the line: what is under way is lost. */
    public void cut() {
        cut = true;
        tellBoth();
    }

    /** Mends the line. */
    public void mend() {
        cut = false;
        tellBoth();
    }

    /** Plays the last frames that each end has sent back to one end, as a queue does that does not know whom it is for. */
    public void playBack(int side) {
        for (Deque<byte[]> kept : sent) {
            new ArrayList<>(kept).forEach(frame -> deliver(side, frame));
        }
    }

    /** Brings an end any bytes. */
    public void bring(int side, byte[] frame) {
        deliver(side, frame);
    }

    /** What an end has sent last, the oldest first. */
    public List<byte[]> lastSent(int side) {
        return new ArrayList<>(sent.get(side));
    }

    /** How many frames were sent so far. */
    public long frames() {
        return frames;
    }

    private void tellBoth() {
        for (End end : ends) {
            if (end != null && end.listener != null) {
                end.listener.lineChanged();
            }
        }
    }

    private boolean isOpen(int side) {
        End end = ends[side];
        return end != null && end.listener != null;
    }

    private void deliver(int side, byte[] frame) {
        long delayMicros = delayMax.isZero() ? 0 : random.between(0, delayMax.toNanos() / 1000);
        time.schedule(Duration.ofNanos(delayMicros * 1000), () -> {
            End end = ends[side];
            LinkListener listener = end == null ? null : end.listener;
            if (!cut && listener != null) {
                listener.received(frame.clone());
            }
        });
    }

    private final class End implements Link {
        private final int side;
        private @Nullable LinkListener listener;

        private End(int side) {
            this.side = side;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int frameBytesMax() {
            return frameBytesMax;
        }

        @Override
        public void open(LinkListener told) {
            listener = told;
            time.schedule(Duration.ZERO, SimulatedLine.this::tellBoth);
        }

        @Override
        public boolean isUp() {
            return !cut && ends[side] == this && isOpen(1 - side);
        }

        @Override
        public String trouble() {
            return "";
        }

        @Override
        public void send(byte[] frame) {
            if (frame.length > frameBytesMax) {
                throw new IllegalArgumentException(
                        "a frame of " + frame.length + " bytes; at most " + frameBytesMax + " are accepted");
            }
            if (ends[side] != this) {
                return;
            }
            frames++;
            Deque<byte[]> kept = sent.get(side);
            kept.add(frame.clone());
            if (kept.size() > KEPT_FRAMES) {
                kept.remove();
            }
            if (!random.chance(lost)) {
                deliver(1 - side, frame);
            }
            if (random.chance(twice)) {
                deliver(1 - side, frame);
            }
            if (random.chance(back)) {
                deliver(side, frame);
            }
        }

        @Override
        public void close() {
            listener = null;
            if (ends[side] == this) {
                SimulatedLine.this.end(side, null);
                tellBoth();
            }
        }
    }
}
