package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.sqlite.SqliteStoreOptions.Durability;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the transactions that write, one at a time; whoever calls it sees to that.
 *
 * <p>How a commit gets to survive a loss of power: a commit that syncs the write-ahead log syncs all of it, and so every earlier commit as well.
 * SQLite settles at the begin of a transaction whether its commit syncs. So if {@link #surviveLossOfPower()} is called before the transaction has
 * read or changed anything, it is begun anew; afterwards, a second commit follows that syncs. See docs/adr/0004-durability.md.
 */
final class Writer {
    /** Of a new session, whatever others have written before: no version is negative. */
    private static final long NOT_ASKED = -1;

    private final Supplier<Session> opener;
    private final boolean alwaysSyncs;
    private final StoreOrigin origin;
    private final WriterCache cache = new WriterCache();

    private @Nullable Session session;

    // Of the session.
    private boolean syncs;
    private long dataVersion;

    /** Counts the times that another connection was seen to have committed, or may have. */
    private final AtomicLong commitsElsewhere = new AtomicLong();

    // Of the transaction under way.
    private boolean syncWanted;
    private boolean barrierWanted;

    /** A commit that was to survive a loss of power is there, but has not been synced. */
    private volatile boolean barrierOwed;

    Writer(Supplier<Session> opener, Durability durability, StoreOrigin origin) {
        this.opener = opener;
        this.alwaysSyncs = durability == Durability.POWER_SAFE;
        this.origin = origin;
    }

    <T> T run(Function<StoreTransaction, T> work) {
        payBarrier();
        Session current = session();
        begin(current, alwaysSyncs);
        SqliteTransaction transaction = new SqliteTransaction(current, this, cache);
        boolean committed = false;
        T result;
        try {
            result = work.apply(transaction);
            transaction.finish();
            long barriers = syncWanted ? countBarrier(current) : 0;
            current.statement(Sql.COMMIT).update();
            committed = true;
            origin.noteBarriers(barriers);
        } finally {
            transaction.end();
            if (!committed) {
                undo(current);
            }
        }
        barrierOwed = barrierWanted;
        payBarrier();
        return result;
    }

    private Session session() {
        Session current = session;
        if (current == null) {
            current = opener.get();
            session = current;
            syncs = false;
            dataVersion = NOT_ASKED;
        }
        return current;
    }

    private void begin(Session current, boolean syncing) {
        syncWanted = false;
        barrierWanted = false;
        current.database().forgetFailure();
        boolean locked = false;
        try {
            lock(current, syncing);
            locked = true;
        } finally {
            if (!locked) {
                undo(current); // the transaction may have begun all the same, and no other could
            }
        }
    }

    /** From here on no other store writes; what it wrote before, this one has not read. */
    private void lock(Session current, boolean syncing) {
        setSyncs(current, syncing);
        current.statement(Sql.BEGIN_WRITE).update();
        askForOthers(current);
        current.setUsed(false);
    }

    private void askForOthers(Session current) {
        long version = current.queryLong(current.statement(Sql.DATA_VERSION));
        if (version != dataVersion) {
            dataVersion = version;
            cache.forget();
            commitsElsewhere.incrementAndGet();
        }
    }

    /** Asks whether another store has committed, outside a transaction. */
    void askForOthers() {
        Session current = session();
        current.database().forgetFailure();
        askForOthers(current);
    }

    /** Another number once it was noticed that another store has committed; it is noticed when a transaction begins, and when it is asked for. */
    long commitsElsewhere() {
        return commitsElsewhere.get();
    }

    /** Also because a commit of nothing would sync nothing. */
    private static long countBarrier(Session current) {
        current.statement(Sql.BARRIER).update();
        return current.queryLong(current.statement(Sql.BARRIERS));
    }

    /** The file is this store's from now on. */
    void settleOrigin() {
        origin.settle(session());
    }

    void surviveLossOfPower() {
        if (syncs) {
            syncWanted = true;
            return;
        }
        Session current = session();
        if (current.isUsed()) {
            barrierWanted = true;
            return;
        }
        current.statement(Sql.ROLLBACK).update();
        lock(current, true); // another store may have written in between
        syncWanted = true;
    }

    private void setSyncs(Session current, boolean wanted) {
        if (syncs != wanted) {
            current.database().execute(wanted ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            syncs = wanted;
        }
    }

    /** Whether a commit still has to be synced before anything of it may be sent. */
    boolean owesBarrier() {
        return barrierOwed;
    }

    /** Syncs the commits so far, if that is owed. */
    void payBarrier() {
        if (!barrierOwed) {
            return;
        }
        Session current = session();
        begin(current, true);
        boolean committed = false;
        try {
            long barriers = countBarrier(current);
            current.statement(Sql.COMMIT).update();
            committed = true;
            origin.noteBarriers(barriers);
        } finally {
            if (!committed) {
                undo(current);
            }
        }
        barrierOwed = false;
    }

    /** SQLite may have undone it already, or may not be able to; then a new connection does it. */
    private void undo(Session current) {
        cache.forget();
        current.forgetOrdinals();
        current.database().forgetFailure();
        try {
            current.statement(Sql.ROLLBACK).update();
        } catch (StoreException failed) {
            close();
        }
    }

    void close() {
        Session current = session;
        session = null;
        if (current != null) {
            current.close();
        }
    }
}
