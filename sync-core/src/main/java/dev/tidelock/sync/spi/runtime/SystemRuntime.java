package dev.tidelock.sync.spi.runtime;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The machine's clocks, chance and threads. The only class of the library that takes them directly. */
public final class SystemRuntime implements SyncRuntime {
    private static final long CLOSE_WAIT_SECONDS = 10;

    private final ScheduledThreadPoolExecutor engine;
    private volatile @Nullable Thread engineThread;
    private final ScheduledThreadPoolExecutor alarms;
    private final ExecutorService listeners;

    /** Starts no thread yet. Both threads are daemons: they never keep a process alive. Close it to end them; a client that made its own runtime does. */
    public SystemRuntime() {
        engine = scheduler(this::engineThread);
        alarms = scheduler(daemonThreads("tidelock-alarms"));
        listeners = Executors.newSingleThreadExecutor(daemonThreads("tidelock-listeners"));
    }

    private static ScheduledThreadPoolExecutor scheduler(ThreadFactory threads) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, threads);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        scheduler.setRemoveOnCancelPolicy(true);
        return scheduler;
    }

    private Thread engineThread(Runnable task) {
        Thread thread = daemon(task, "tidelock-sync");
        engineThread = thread;
        return thread;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Threads that never keep a process alive, for what has a pool of its own, such as an HTTP client. */
    public static ThreadFactory daemonThreads(String name) {
        return task -> daemon(task, name);
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        return scheduled(engine, delay, task);
    }

    @Override
    public Cancellable alarm(Duration delay, Runnable task) {
        return scheduled(alarms, delay, task);
    }

    private static Cancellable scheduled(ScheduledThreadPoolExecutor on, Duration delay, Runnable task) {
        Future<?> scheduled = on.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public Executor listenerExecutor() {
        return listeners;
    }

    @Override
    public void close() {
        engine.shutdown();
        alarms.shutdown();
        listeners.shutdown();
        if (Thread.currentThread() == engineThread) {
            return; // closed by whoever waited for a sync; nobody waits for themselves
        }
        try {
            if (!engine.awaitTermination(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)) {
                engine.shutdownNow();
            }
        } catch (InterruptedException stopWaiting) {
            engine.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
