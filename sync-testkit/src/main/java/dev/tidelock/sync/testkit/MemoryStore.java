package dev.tidelock.sync.testkit;

import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory, on a {@link MemoryDisk}. Transactional as the real one is, and stricter: a transaction inside another of the same thread is
 * refused, and so is a reader or a transaction that is used after its end.
 *
 * <p>Safe for use by any number of threads; readers wait for each other, too.
 */
public final class MemoryStore implements Store {
    private final MemoryDisk disk;
    private final PersistPoints persistPoints;
    private final int generation;
    private int unsealedMax = Integer.MAX_VALUE;
    private volatile boolean closed;

    /** Guarded by the lock of the disk. */
    private long ownCommits;

    /** A store on a disk of its own. */
    public MemoryStore() {
        this(new MemoryDisk());
    }

    /** A store on what is there. */
    public MemoryStore(MemoryDisk disk) {
        this(disk, PersistPoints.NONE);
    }

    /** A store whose commits are watched. */
    public MemoryStore(MemoryDisk disk, PersistPoints persistPoints) {
        this.disk = Objects.requireNonNull(disk, "disk");
        this.persistPoints = Objects.requireNonNull(persistPoints, "persistPoints");
        this.generation = disk.generation();
    }

    /** Hands out no more than so many events at once that are to be sealed, so that envelopes are short. */
    MemoryStore withUnsealedMax(int count) {
        unsealedMax = count;
        return this;
    }

    @Override
    public <T> T read(Function<StoreReader, T> work) {
        return look(work);
    }

    /** As {@link #read}, for those who look at more than a store promises. */
    <T> T look(Function<? super MemoryReader, T> work) {
        ReentrantLock lock = begin();
        MemoryReader reader = new MemoryReader(disk.tables(), unsealedMax);
        try {
            return work.apply(reader);
        } finally {
            reader.end();
            lock.unlock();
        }
    }

    @Override
    public <T> T write(Function<StoreTransaction, T> work) {
        ReentrantLock lock = begin();
        MemoryTransaction transaction = new MemoryTransaction(disk.tables(), unsealedMax);
        boolean committed = false;
        T result;
        try {
            result = work.apply(transaction);
            requireAlive();
            persistPoints.beforeCommit();
            requireAlive();
            disk.commit(transaction.survivesLossOfPower());
            ownCommits++;
            committed = true;
        } finally {
            transaction.end();
            if (!committed) {
                disk.rollBack();
            }
            lock.unlock();
        }
        persistPoints.afterCommit();
        return result;
    }

    @Override
    public long commitsElsewhere() {
        ReentrantLock lock = disk.lock();
        lock.lock();
        try {
            requireUsable();
            return disk.commits() - ownCommits;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Hold tryHold(Right right) {
        ReentrantLock lock = disk.lock();
        lock.lock();
        try {
            requireUsable();
            return disk.holds().tryHold(right, this);
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock begin() {
        ReentrantLock lock = disk.lock();
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("a transaction inside another one");
        }
        lock.lock();
        boolean begun = false;
        try {
            requireUsable();
            begun = true;
            return lock;
        } finally {
            if (!begun) {
                lock.unlock();
            }
        }
    }

    private void requireUsable() {
        requireAlive();
        if (closed) {
            throw new StoreException(Kind.CLOSED, "this store has been closed", null);
        }
    }

    private void requireAlive() {
        if (generation != disk.generation()) {
            throw new SimulatedCrash("some time ago");
        }
    }

    @Override
    public void close() {
        ReentrantLock lock = disk.lock();
        lock.lock();
        try {
            closed = true;
            disk.holds().freeAll(this);
        } finally {
            lock.unlock();
        }
    }
}
