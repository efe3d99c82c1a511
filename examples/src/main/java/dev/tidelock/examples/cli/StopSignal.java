package dev.tidelock.examples.cli;

import java.io.PrintWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Waits for SIGTERM or Ctrl-C, and then lets the command end in order, with exit status 0, before the process does. */
final class StopSignal implements AutoCloseable {
    private static final long CLOSE_SECONDS_MAX = 30;

    private final PrintWriter out;
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "tidelock-stop");

    private StopSignal(PrintWriter out) {
        this.out = out;
    }

    static StopSignal install(PrintWriter out) {
        StopSignal signal = new StopSignal(out);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Waits until the process has been asked to stop, or the thread was interrupted. */
    void await() {
        awaitUnless(new CompletableFuture<>());
    }

    /**
     * Waits until the process has been asked to stop, or the thread was interrupted, or something else has happened.
     *
     * @return false if it was only that
     */
    boolean awaitUnless(CompletableFuture<Void> other) {
        try {
            CompletableFuture.anyOf(asked, other).get();
        } catch (InterruptedException | ExecutionException stop) {
            asked.complete(null);
        }
        return asked.isDone();
    }

    private void stop() {
        asked.complete(null);
        try {
            boolean inTime = closed.await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
            out.flush();
            Runtime.getRuntime().halt(inTime ? 0 : Failures.FAILED);
        } catch (InterruptedException goAhead) {
            Runtime.getRuntime().halt(Failures.FAILED);
        }
    }

    /** Everything is closed: the process may end. */
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // It is running.
        }
    }
}
