package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A store in one SQLite file, with a write-ahead log ({@code -wal}, {@code -shm}) and a lock file ({@code -lock}) next to it.
 *
 * <p>A transaction that returned from {@link #write} survives a crash of the process at once, and a loss of power as
 * {@link SqliteStoreOptions.Durability} says. Readers neither wait for the writer nor keep it waiting; writers take turns in the order of their
 * coming. A file serves one store at a time, in one process. If a call fails, the store remains usable, and so does the file.
 *
 * <p>The file is not encrypted: it is as safe as the folder that the app keeps it in.
 */
public final class SqliteStore implements Store {
    private final Gate gate;
    private final Writer writer;
    private final ReaderPool readers;
    private final ReentrantLock turn = new ReentrantLock(true);

    private SqliteStore(StoreLock lock, Connections connections, SqliteStoreOptions options) {
        this.writer = new Writer(connections::writer, options.durability());
        this.readers = new ReaderPool(connections::reader);
        this.gate = new Gate(() -> {
            readers.close();
            writer.close();
            lock.release();
        });
    }

    /** As {@link #open(Path, SqliteStoreOptions)}, with the defaults. */
    public static SqliteStore open(Path file) {
        return open(file, SqliteStoreOptions.DEFAULTS);
    }

    /**
     * Opens a store; makes a new one if there is no such file, or an empty one. The folder must be there.
     *
     * @throws StoreException if it is open already (LOCKED), if the file is damaged or something else (CORRUPT), if a newer version of this
     *     library has written it (NEWER_VERSION), or if it cannot be read or written; the file is then as it was
     */
    public static SqliteStore open(Path file, SqliteStoreOptions options) {
        return open(file, options, JdbcDatabase::open);
    }

    static SqliteStore open(Path file, SqliteStoreOptions options, SqlDatabase.Driver driver) {
        Path resolved = StoreFile.resolve(file);
        StoreLock lock = StoreLock.take(resolved);
        boolean opened = false;
        try {
            StoreFile.check(resolved);
            Connections connections = new Connections(driver, resolved);
            connections.prepare();
            SqliteStore store = new SqliteStore(lock, connections, options);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                lock.release();
            }
        }
    }

    @Override
    public <T> T read(Function<StoreReader, T> work) {
        gate.enter();
        try {
            if (writer.owesBarrier()) {
                takeTurn(() -> {
                    writer.payBarrier();
                    return true;
                });
            }
            return readers.run(work);
        } finally {
            gate.leave();
        }
    }

    @Override
    public <T> T write(Function<StoreTransaction, T> work) {
        gate.enter();
        try {
            return takeTurn(() -> {
                gate.requireOpen(); // it may have been closed while others had their turn
                return writer.run(work);
            });
        } finally {
            gate.leave();
        }
    }

    private interface Work<T> {
        T run();
    }

    private <T> T takeTurn(Work<T> work) {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("a transaction inside another one; use the one that is under way");
        }
        turn.lock();
        try {
            return work.run();
        } finally {
            turn.unlock();
        }
    }

    /**
     * Frees everything. Waits for the transactions under way, but for no longer than 30 seconds: then the last of them frees everything when it
     * ends.
     */
    @Override
    public void close() {
        gate.close();
    }
}
