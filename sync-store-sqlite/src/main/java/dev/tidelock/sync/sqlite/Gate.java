package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts who is inside, and frees things when it has been closed and the last one has left. Safe for use by any number of threads. */
final class Gate {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Runnable free;
    private final ThreadLocal<Integer> insideOfThread = ThreadLocal.withInitial(() -> 0);

    // Guarded by lock.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();
    private int inside;
    private boolean closed;
    private boolean freed;

    Gate(Runnable free) {
        this.free = free;
    }

    /** @throws StoreException if it has been closed */
    void enter() {
        lock.lock();
        try {
            requireOpen();
            inside++;
        } finally {
            lock.unlock();
        }
        insideOfThread.set(insideOfThread.get() + 1);
    }

    void requireOpen() {
        lock.lock();
        try {
            if (closed) {
                throw new StoreException(Kind.CLOSED, "this store has been closed", null);
            }
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        int left = insideOfThread.get() - 1;
        if (left == 0) {
            insideOfThread.remove();
        } else {
            insideOfThread.set(left);
        }
        lock.lock();
        try {
            inside--;
            freeIfLast();
        } finally {
            lock.unlock();
        }
    }

    private void freeIfLast() {
        if (closed && inside == 0 && !freed) {
            freed = true;
            free.run();
            empty.signalAll();
        }
    }

    /** Lets nobody in any more, and waits until the last one has left and things are free; but not forever. */
    void close() {
        if (insideOfThread.get() > 0) {
            throw new IllegalStateException("a transaction cannot close the store that it runs in");
        }
        boolean interrupted = false;
        lock.lock();
        try {
            closed = true;
            freeIfLast();
            long left = PATIENCE_NANOS;
            while (!freed && left > 0) {
                try {
                    left = empty.awaitNanos(left);
                } catch (InterruptedException waiting) {
                    interrupted = true;
                }
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
