package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a store to one user at a time: the engine of a second one would give out the same counters. The lock is on a file of its own next to the
 * database, and the operating system releases it with the process, however that ends. The file itself stays.
 */
final class StoreLock {
    /**
     * The stores that are open in this process. A lock of the operating system is the process's, and goes with the first channel that is closed on
     * its file: so a second one must not even be tried.
     */
    private static final Set<Path> OPEN_HERE = new HashSet<>();

    private final Path database;
    private final FileChannel channel;

    private StoreLock(Path database, FileChannel channel) {
        this.database = database;
        this.channel = channel;
    }

    static StoreLock take(Path database) {
        synchronized (OPEN_HERE) {
            if (!OPEN_HERE.add(database)) {
                throw new StoreException(
                        Kind.LOCKED, database + " is open in this process already; close it there first", null);
            }
        }
        boolean taken = false;
        try {
            StoreLock lock = new StoreLock(database, lockFile(database));
            taken = true;
            return lock;
        } finally {
            if (!taken) {
                forget(database);
            }
        }
    }

    private static FileChannel lockFile(Path database) {
        Path file = database.resolveSibling(database.getFileName() + "-lock");
        @Nullable FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException elsewhere) {
            // Another class loader of this process has it.
        } catch (IOException failed) {
            closeQuietly(channel);
            throw new StoreException(Kind.IO, "cannot lock " + file + ": " + failed.getMessage(), failed);
        }
        closeQuietly(channel);
        throw new StoreException(Kind.LOCKED, database + " is open in another process; close it there first", null);
    }

    void release() {
        closeQuietly(channel);
        forget(database);
    }

    private static void forget(Path database) {
        synchronized (OPEN_HERE) {
            OPEN_HERE.remove(database);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // The lock goes with the process at the latest.
            }
        }
    }
}
