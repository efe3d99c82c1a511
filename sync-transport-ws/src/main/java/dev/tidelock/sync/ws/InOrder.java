package dev.tidelock.sync.ws;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Runs what it is given, one after the other, in the order in which it was given; on a thread that gives something, and under no lock. */
final class InOrder {
    // Guarded by this.
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    void run(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (running) {
                return; // whoever runs goes on with it
            }
            running = true;
        }
        for (Runnable next = next(); next != null; next = next()) {
            boolean done = false;
            try {
                next.run();
                done = true;
            } finally {
                if (!done) {
                    stopRunning();
                }
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        running = !waiting.isEmpty();
        return waiting.poll();
    }

    private synchronized void stopRunning() {
        running = false;
    }
}
