package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The locks between all stores on one database, in this process and in others: on bytes of a file of its own next to the database. The operating system
 * frees them with the process, however that ends; the file stays. All numbers are big endian:
 *
 * <pre>
 * offset  size  field
 *      0     1  locked while a store is opened
 *      1     1  locked while a store syncs
 *      2     1  locked while a store syncs by itself
 *      8     8  how many times the first of these locks has been taken
 *     16     8  the second one
 *     24     8  the third one
 *     32     8  how many commits of the database had to reach the disk, as far as it was noted: a database that
 *               counts fewer is an older copy of itself
 * </pre>
 *
 * <p>A lock of the operating system is the process's, and goes with the first channel that is closed on its file. So the stores of a process share one
 * channel. It is not one that an interrupt would close. Safe for use by any number of threads.
 */
final class LockFile {
    /** What a lock is on. The order is that of the bytes. */
    enum Place {
        OPENING,
        SYNC,
        LEAD
    }

    private static final long COUNTS_AT = 8;
    private static final long BARRIERS_AT = 32;

    /** Opening takes milliseconds, the making of a new store a little longer. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Another process does not say when it frees a lock. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    // Guarded by GUARD: all that follows.
    private static final ReentrantLock GUARD = new ReentrantLock();
    private static final Condition FREED = GUARD.newCondition();
    private static final Map<Path, LockFile> IN_USE = new HashMap<>();

    private final Path database;
    private final RandomAccessFile file;
    private final Map<Place, FileLock> locks = new EnumMap<>(Place.class);
    private int users;
    private boolean opened;

    private LockFile(Path database) throws IOException {
        this.database = database;
        this.file = new RandomAccessFile(
                database.resolveSibling(database.getFileName() + "-lock").toFile(), "rw");
    }

    /** The one lock file of a database in this process, until everybody has {@linkplain #leave left} it. */
    static LockFile use(Path database) {
        GUARD.lock();
        try {
            LockFile lockFile = IN_USE.get(database);
            if (lockFile == null) {
                lockFile = new LockFile(database);
                IN_USE.put(database, lockFile);
            }
            lockFile.users++;
            return lockFile;
        } catch (IOException failed) {
            throw failure(database, failed);
        } finally {
            GUARD.unlock();
        }
    }

    void leave() {
        GUARD.lock();
        try {
            users--;
            if (users == 0) {
                IN_USE.remove(database);
                file.close();
            }
        } catch (IOException ignored) {
            // What it locks goes with the process at the latest.
        } finally {
            GUARD.unlock();
        }
    }

    /**
     * Opens a store while nobody else does, so that one of them makes its tables and the others find them.
     *
     * @param look at the file, before SQLite does. Left out if this process has the database open: to close the file then would free SQLite's own locks
     * @throws StoreException if somebody else is opening it and does not get on (LOCKED)
     */
    void open(Runnable look, Runnable prepare) {
        takeOpening();
        try {
            if (!opened) {
                look.run();
            }
            prepare.run();
            opened = true;
        } finally {
            free(Place.OPENING);
        }
    }

    /** Whether a store of this process has the database open, or had it while others still do. */
    boolean isOpened() {
        GUARD.lock();
        try {
            return opened;
        } finally {
            GUARD.unlock();
        }
    }

    private void takeOpening() {
        boolean interrupted = false;
        GUARD.lock();
        try {
            long left = PATIENCE_NANOS;
            while (tryTake(Place.OPENING) == 0) {
                if (left <= 0) {
                    throw new StoreException(
                            Kind.LOCKED,
                            database
                                    + " is being opened by another process, and that does not get on; stop it, and try again",
                            null);
                }
                try {
                    left -= LOOK_AGAIN_NANOS - FREED.awaitNanos(LOOK_AGAIN_NANOS);
                } catch (InterruptedException waiting) {
                    interrupted = true;
                }
            }
        } finally {
            GUARD.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes a lock, without waiting: gives how many times it has been taken, 0 if somebody has it. */
    long tryTake(Place place) {
        GUARD.lock();
        try {
            FileLock lock = locks.containsKey(place) ? null : tryLock(place);
            if (lock == null) {
                return 0;
            }
            boolean counted = false;
            try {
                long count = count(place);
                locks.put(place, lock);
                counted = true;
                return count;
            } finally {
                if (!counted) {
                    lock.release();
                }
            }
        } catch (IOException failed) {
            throw failure(database, failed);
        } finally {
            GUARD.unlock();
        }
    }

    private @Nullable FileLock tryLock(Place place) throws IOException {
        try {
            return file.getChannel().tryLock(place.ordinal(), 1, false);
        } catch (OverlappingFileLockException elsewhere) {
            return null; // another class loader of this process has it
        }
    }

    private long count(Place place) throws IOException {
        long at = COUNTS_AT + (long) place.ordinal() * Long.BYTES;
        long count = number(at) + 1;
        file.seek(at);
        file.writeLong(count);
        return count;
    }

    /** 0 if it has not been written yet. */
    private long number(long at) throws IOException {
        file.seek(at);
        return file.length() >= at + Long.BYTES ? Math.max(0, file.readLong()) : 0;
    }

    /** The highest number of commits that was noted. */
    long barriers() {
        GUARD.lock();
        try {
            return number(BARRIERS_AT);
        } catch (IOException failed) {
            throw failure(database, failed);
        } finally {
            GUARD.unlock();
        }
    }

    /** Notes that the database has so many such commits. Whether this reaches the disk does not matter: then it says less. */
    void noteBarriers(long barriers) {
        GUARD.lock();
        try {
            if (number(BARRIERS_AT) < barriers) {
                file.seek(BARRIERS_AT);
                file.writeLong(barriers);
            }
        } catch (IOException failed) {
            throw failure(database, failed);
        } finally {
            GUARD.unlock();
        }
    }

    /** Frees a lock that this process has. */
    void free(Place place) {
        GUARD.lock();
        try {
            FileLock lock = locks.remove(place);
            if (lock != null) {
                lock.release();
            }
            FREED.signalAll();
        } catch (IOException failed) {
            throw failure(database, failed);
        } finally {
            GUARD.unlock();
        }
    }

    private static StoreException failure(Path database, IOException failed) {
        return new StoreException(Kind.IO, "cannot lock " + database + ": " + failed.getMessage(), failed);
    }
}
