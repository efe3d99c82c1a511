package dev.tidelock.sync.testkit;

import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.StoredIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a {@link MemoryStore} keeps, and what survives a crash of the process that has it open: open a new store on the same disk, and every
 * transaction that was committed is there.
 *
 * <p>Safe for use by any number of threads.
 */
public final class MemoryDisk {
    /** What survives a loss of power. */
    public enum Durability {
        /** Every commit. */
        EVERY_COMMIT,
        /**
         * The commits up to the last one that asked for it, by {@link dev.tidelock.sync.spi.store.StoreTransaction#surviveLossOfPower}. A crash of
         * the process alone loses none.
         */
        ON_REQUEST
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Durability durability;

    // Guarded by lock.
    private MemoryTables tables = new MemoryTables();
    private final List<Runnable> undoLossOfPower =
            new ArrayList<>(); // undoes what a loss of power would, run from the end
    private final MemoryHolds holds = new MemoryHolds(lock);
    private Collection<RecordKey> touched = List.of();
    private int generation;
    private long commits;

    /** An empty disk on which every commit survives a loss of power. */
    public MemoryDisk() {
        this(Durability.EVERY_COMMIT);
    }

    /** An empty disk. One that is not durable at every commit is what {@link #losePower} is for. */
    public MemoryDisk(Durability durability) {
        this.durability = Objects.requireNonNull(durability, "durability");
    }

    /**
     * Ends the process that has this disk open: a transaction under way is undone, and every store opened so far throws {@link SimulatedCrash} from
     * now on.
     */
    public void crash() {
        lock.lock();
        try {
            generation++;
            holds.freeAll();
            rollBack();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #crash}, and takes back every commit that was not asked to survive this. */
    public void losePower() {
        lock.lock();
        try {
            crash();
            undo(undoLossOfPower);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps an index on a collection that is empty as yet, without a transaction that would be one more moment to crash at. */
    MemoryDisk withIndex(String collection, Index index) {
        MemoryIndex kept = new MemoryIndex(new StoredIndex(collection, index, false));
        kept.setBuiltTo(null);
        tables.indexes.computeIfAbsent(collection, name -> new ArrayList<>()).add(kept);
        return this;
    }

    /** Another disk with the same content, as a user makes who copies the app's folder. */
    public MemoryDisk copy() {
        lock.lock();
        try {
            MemoryDisk copy = new MemoryDisk(durability);
            copy.tables = tables.copy();
            return copy;
        } finally {
            lock.unlock();
        }
    }

    private static void undo(List<Runnable> steps) {
        for (int i = steps.size() - 1; i >= 0; i--) {
            steps.get(i).run();
        }
        steps.clear();
    }

    /** Whether all that is committed would survive a loss of power now. */
    boolean survivesLossOfPower() {
        return undoLossOfPower.isEmpty();
    }

    /** The records of which the last commit changed anything: an event, or what they come to. */
    Collection<RecordKey> touched() {
        return touched;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Changes when the process ends, so that a store knows that its own has. */
    int generation() {
        return generation;
    }

    MemoryHolds holds() {
        return holds;
    }

    MemoryTables tables() {
        return tables;
    }

    /** How many commits there were, by whatever store. */
    long commits() {
        return commits;
    }

    void commit(boolean survivesLossOfPower) {
        commits++;
        touched = tables.touched.isEmpty() ? List.of() : new ArrayList<>(tables.touched);
        tables.touched.clear();
        if (durability == Durability.ON_REQUEST) {
            if (survivesLossOfPower) {
                undoLossOfPower.clear();
            } else {
                undoLossOfPower.addAll(tables.undo);
            }
        }
        tables.undo.clear();
    }

    void rollBack() {
        undo(tables.undo);
        tables.touched.clear();
    }
}
