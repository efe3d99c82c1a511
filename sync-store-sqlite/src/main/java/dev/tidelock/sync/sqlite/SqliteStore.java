package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in one SQLite file, with a write-ahead log ({@code -wal}, {@code -shm}) and a lock file ({@code -lock}) next to it.
 *
 * <p>A transaction that returned from {@link #write} survives a crash of the process at once, and a loss of power as
 * {@link SqliteStoreOptions.Durability} says. Readers neither wait for the writer nor keep it waiting; writers take turns, those of one store in the order of
 * their coming. If a call fails, the store remains usable, and so does the file.
 *
 * <p>A file may be open in several stores, in one process or in several processes of one machine, all of the same version of this library. Each sees what
 * the others have committed. If another process keeps a transaction open for longer than 30 seconds, whoever waits for it fails with LOCKED. A process that
 * ends in the middle of anything holds up nobody. Two things the operating system must do: lock files, which network file systems
 * do not do well enough, so a store on one is not supported; and share memory between the processes, so they run on one machine. While a store is open, its
 * files must not be opened, moved or removed by anything else: closing a file can free the locks that the process has on it.
 *
 * <p>The file is not encrypted: it is as safe as the folder that the app keeps it in.
 */
public final class SqliteStore implements Store {
    private final Gate gate;
    private final Writer writer;
    private final ReaderPool readers;
    private final Rights rights;
    private final ReentrantLock turn = new ReentrantLock(true);

    private SqliteStore(LockFile locks, Connections connections, SqliteStoreOptions options) {
        this.writer = new Writer(connections::writer, options.durability());
        this.readers = new ReaderPool(connections::reader);
        this.rights = new Rights(locks);
        this.gate = new Gate(() -> {
            readers.close();
            writer.close();
            rights.freeAll();
            locks.leave();
        });
    }

    /** As {@link #open(Path, SqliteStoreOptions)}, with the defaults. */
    public static SqliteStore open(Path file) {
        return open(file, SqliteStoreOptions.DEFAULTS);
    }

    /**
     * Opens a store; makes a new one if there is no such file, or an empty one. The folder must be there.
     *
     * @throws StoreException if another process is opening it and does not get on (LOCKED), if the file is damaged or something else (CORRUPT), if a newer version of this
     *     library has written it (NEWER_VERSION), or if it cannot be read or written; the file is then as it was
     */
    public static SqliteStore open(Path file, SqliteStoreOptions options) {
        return open(file, options, JdbcDatabase::open);
    }

    static SqliteStore open(Path file, SqliteStoreOptions options, SqlDatabase.Driver driver) {
        Path resolved = StoreFile.resolve(file);
        LockFile locks = LockFile.use(resolved);
        boolean opened = false;
        try {
            Connections connections = new Connections(driver, resolved);
            locks.open(() -> StoreFile.check(resolved), connections::prepare);
            SqliteStore store = new SqliteStore(locks, connections, options);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                locks.leave();
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

    @Override
    public @Nullable Hold tryHold(Right right) {
        gate.enter();
        try {
            return rights.tryHold(right);
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
