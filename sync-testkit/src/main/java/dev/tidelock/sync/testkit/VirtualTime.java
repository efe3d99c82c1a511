package dev.tidelock.sync.testkit;

import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when it is told to, and the tasks that wait for it. One world has one; each device sees it through its own {@link
 * SimulatedRuntime}. A task runs on the thread that lets time pass, in the order of due times; of equal ones, the one that was scheduled first.
 *
 * <p>For one thread. A task may let time pass, or run what is due, in its turn: as a call that blocks lets others run. A runtime's own tasks
 * never run inside one another. A task that a {@link SimulatedCrash} ends is over, and nobody else minds.
 */
public final class VirtualTime {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long startMillis;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long nowNanos;
    private long scheduled;

    /** Starts at some moment of 2025. */
    public VirtualTime() {
        this(1_750_000_000_000L);
    }

    /** @param startMillis where the wall clock starts, in milliseconds since 1970 */
    public VirtualTime(long startMillis) {
        this.startMillis = startMillis;
    }

    /** Something that waits for its time. */
    static final class Task implements Comparable<Task>, SyncRuntime.Cancellable {
        private final long dueNanos;
        private final long sequence;
        private final Runnable work;
        private final @Nullable Lane lane;
        private boolean cancelled;

        private Task(long dueNanos, long sequence, Runnable work, @Nullable Lane lane) {
            this.dueNanos = dueNanos;
            this.sequence = sequence;
            this.work = work;
            this.lane = lane;
        }

        @Override
        public int compareTo(Task other) {
            int order = Long.compare(dueNanos, other.dueNanos);
            return order != 0 ? order : Long.compare(sequence, other.sequence);
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /** Tasks that never run inside one another: one logical thread. */
    static final class Lane {
        private boolean busy;
        private boolean closed;

        void close() {
            closed = true;
        }
    }

    /** The wall clock of the world: that of a device whose clock is right. */
    public long millis() {
        return startMillis + nowNanos / NANOS_PER_MILLI;
    }

    /** Nanoseconds since the start. */
    public long nanos() {
        return nowNanos;
    }

    /** Runs some work after a delay. */
    public void schedule(Duration delay, Runnable work) {
        schedule(delay, work, null);
    }

    Task schedule(Duration delay, Runnable work, @Nullable Lane lane) {
        Task task = new Task(nowNanos + Math.max(0, delay.toNanos()), scheduled++, work, lane);
        tasks.add(task);
        return task;
    }

    /** Lets time pass without running anything; what became due meanwhile is late. */
    public void skip(Duration duration) {
        nowNanos += duration.toNanos();
    }

    /** Lets time pass, and runs what becomes due on the way. */
    public void advance(Duration duration) {
        long endNanos = nowNanos + duration.toNanos();
        while (runNext(endNanos)) {
            // each may have scheduled more
        }
        nowNanos = Math.max(nowNanos, endNanos);
    }

    /** As {@link #advance}, but no longer than until that is so. */
    void advanceUntil(BooleanSupplier isSo, Duration atMost) {
        long endNanos = nowNanos + atMost.toNanos();
        while (!isSo.getAsBoolean() && runNext(endNanos)) {
            // each may have scheduled more
        }
        if (!isSo.getAsBoolean()) {
            nowNanos = Math.max(nowNanos, endNanos);
        }
    }

    /** Runs what is due, and what that makes due at once. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** Runs the next task that is due by then; false if there is none. */
    private boolean runNext(long latestNanos) {
        List<Task> waiting = new ArrayList<>(0);
        Task next = null;
        while (next == null && !tasks.isEmpty() && tasks.peek().dueNanos <= latestNanos) {
            Task first = tasks.remove();
            boolean dropped = first.cancelled || (first.lane != null && first.lane.closed);
            if (!dropped && first.lane != null && first.lane.busy) {
                waiting.add(first);
            } else if (!dropped) {
                next = first;
            }
        }
        tasks.addAll(waiting);
        if (next == null) {
            return false;
        }
        nowNanos = Math.max(nowNanos, next.dueNanos);
        run(next);
        return true;
    }

    private static void run(Task task) {
        Lane lane = task.lane == null ? new Lane() : task.lane;
        lane.busy = true;
        try {
            task.work.run();
        } catch (SimulatedCrash crash) {
            // the process that it belonged to is gone
        } finally {
            lane.busy = false;
        }
    }
}
