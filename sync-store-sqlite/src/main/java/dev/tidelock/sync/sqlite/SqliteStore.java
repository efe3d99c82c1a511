package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in one SQLite file. Next to it are a write-ahead log ({@code -wal}, {@code -shm}), a lock file ({@code -lock}), and an empty file that shows
 * when the store was made ({@code -made}); they belong together.
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
    private final StoreOrigin origin;
    private final Writer writer;
    private final ReaderPool readers;
    private final Rights rights;
    private final ReentrantLock turn = new ReentrantLock(true);

    private SqliteStore(LockFile locks, Connections connections, StoreOrigin origin, SqliteStoreOptions options) {
        this.origin = origin;
        this.writer = new Writer(connections::writer, options.durability(), origin);
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
        return open(file, options, JdbcDatabase::open, FileKey.OF_FILE_SYSTEM);
    }

    static SqliteStore open(Path file, SqliteStoreOptions options, SqlDatabase.Driver driver) {
        return open(file, options, driver, FileKey.OF_FILE_SYSTEM);
    }

    static SqliteStore open(Path file, SqliteStoreOptions options, SqlDatabase.Driver driver, FileKey keys) {
        Path resolved = StoreFile.resolve(file);
        LockFile locks = LockFile.use(resolved);
        boolean opened = false;
        try {
            Connections connections = new Connections(driver, resolved);
            StoreOrigin[] origin = new StoreOrigin[1];
            locks.open(() -> StoreFile.check(resolved), () -> {
                connections.prepare();
                origin[0] = connections.adopt(new StoreOrigin(locks, resolved, keys));
            });
            SqliteStore store = new SqliteStore(locks, connections, origin[0], options);
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
    public long commitsElsewhere() {
        gate.enter();
        try {
            if (!turn.isHeldByCurrentThread() && turn.tryLock()) {
                try {
                    writer.askForOthers();
                } finally {
                    turn.unlock();
                }
            } // else a transaction is under way, and has asked when it began
            return writer.commitsElsewhere();
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

    /**
     * Whether the database has been copied, or restored from a backup, since its device last sent anything: then somebody else may be writing under the
     * device's identity, or the device itself has already given out the numbers that come next. Open the client with the keys of a new device and {@code
     * renewIdentity()} then, before it syncs; with that the store is no copy any more.
     *
     * <p>What it cannot tell: a copy of the whole disk, or one that keeps the times of the files and gets the very place of one that was removed; and
     * on a file system whose files have no keys, or new ones after each mount (Windows, FAT, most of those in user space), any copy but an older database in
     * the place of a newer one. The next sync then finds it out. To move the folder within a file system makes no copy; to move it to another one, or to take
     * the database out of the files that belong to it, does.
     */
    public boolean isCopy() {
        gate.enter();
        try {
            return readers.runIn(origin::isCopy);
        } finally {
            gate.leave();
        }
    }

    /** How large each of the tables is, by name. For whoever looks into a store; counts everything, so it takes its time. */
    public List<TableSize> tables() {
        gate.enter();
        try {
            return readers.runIn(TableSize::of);
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
