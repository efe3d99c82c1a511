package dev.tidelock.sync.spi.runtime;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * All that the engine takes from the outside besides its store and its transport: time, chance and threads. The real one is {@link
 * SystemRuntime}; a simulation supplies its own, and the same engine then runs in one thread and in virtual time.
 */
public interface SyncRuntime {
    /** The wall clock, in milliseconds since 1970. May jump, either way. */
    long wallMillis();

    /** A clock that never goes back, in nanoseconds from an arbitrary start. */
    long monotonicNanos();

    /** A random number, from 0 up to but not including 1. Not for secrets. */
    double random();

    /**
     * Runs a task once, after a delay, on the engine's one logical thread: never two at the same time.
     *
     * @return what cancels the task if it has not started; harmless afterwards
     */
    Cancellable schedule(Duration delay, Runnable task);

    /**
     * Runs a short task once, after a delay, beside the engine: it does not wait for the engine's thread, which may be busy with the network. It waits for nothing itself.
     *
     * @return what cancels the task if it has not started; harmless afterwards
     */
    Cancellable alarm(Duration delay, Runnable task);

    /**
     * Waits until something is done, at most so long; a simulation lets its time pass meanwhile.
     *
     * @return whether it is done, in whatever way
     * @throws InterruptedException if the thread is interrupted
     */
    default boolean await(Future<?> done, Duration atMost) throws InterruptedException {
        try {
            done.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | CancellationException endedOtherwise) {
            return true;
        } catch (TimeoutException notYet) {
            return done.isDone();
        }
        return true;
    }

    /** Where listeners run unless the app chose an executor; in order, and not on the engine's thread. */
    Executor listenerExecutor();

    /** Stops: tasks that have not started never will. Waits for the one that runs. */
    void close();

    /** Something that has been scheduled. */
    interface Cancellable {
        /** Makes sure that the task does not start; harmless if it has, or was cancelled before. */
        void cancel();
    }
}
