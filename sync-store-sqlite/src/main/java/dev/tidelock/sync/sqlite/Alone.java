package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps everybody else from opening a store, for as long as its file is looked at without SQLite. */
final class Alone implements AutoCloseable {
    /** The bytes that SQLite locks for as long as a connection has read: https://sqlite.org/src/file/src/os.h. */
    private static final long SHARED_FIRST = 0x40000002L;

    private static final long SHARED_BYTES = 510;

    private final LockFile locks;

    private Alone(LockFile locks) {
        this.locks = locks;
    }

    /** @throws StoreException if somebody has it open (LOCKED); a process that has not read yet is not seen */
    static Alone with(Path database) {
        LockFile locks = LockFile.use(database);
        boolean taken = false;
        boolean alone = false;
        try {
            taken = !locks.isOpened() && locks.tryTake(LockFile.Place.OPENING) != 0;
            if (!taken || isRead(database)) {
                throw new StoreException(Kind.LOCKED, database + " is open; close it first", null);
            }
            alone = true;
            return new Alone(locks);
        } finally {
            if (taken && !alone) {
                locks.free(LockFile.Place.OPENING);
            }
            if (!alone) {
                locks.leave();
            }
        }
    }

    private static boolean isRead(Path database) {
        if (!Files.isWritable(database)) {
            return false; // then nobody has it open as a store
        }
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            FileLock lock = file.getChannel().tryLock(SHARED_FIRST, SHARED_BYTES, false);
            if (lock != null) {
                lock.release();
            }
            return lock == null;
        } catch (IOException failed) {
            throw new StoreException(Kind.IO, "cannot lock " + database + ": " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        locks.free(LockFile.Place.OPENING);
        locks.leave();
    }
}
