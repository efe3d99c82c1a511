package dev.tidelock.sync.spi.store;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A device's durable local state: records, events, sealed envelopes, outbox, conflicts, quarantine and cursors.
 *
 * <p>A store only keeps; it decides nothing. What the engine relies on, and the contract suite of the test kit checks: a transaction is whole
 * or did not happen, also across a crash of the process; a transaction that returned from {@link #write} is there for every later one, also
 * after a crash of the process; a reader sees one moment.
 *
 * <p>Several stores may be open on the same data, in one process or in several, as far as the implementation says: each then reads what the others
 * have committed, at the latest in a transaction that begins afterwards.
 *
 * <p>Safe for use by any number of threads. Writers wait for each other. Failures of the medium are {@link StoreException}s; whatever the work
 * throws ends the transaction without effect, and is passed on.
 */
public interface Store extends AutoCloseable {
    /** Runs work that only reads, on one snapshot. The reader must not be used afterwards. */
    <T> T read(Function<StoreReader, T> work);

    /** Runs work in one transaction, and commits it if the work returns. The transaction must not be used afterwards. */
    <T> T write(Function<StoreTransaction, T> work);

    /**
     * A number that is another one as soon as another store on the same data has committed something; own commits leave it as it is. It may also change for no reason. Asked a
     * few times a second; does not wait for a transaction under way.
     */
    long commitsElsewhere();

    /** Takes a right, without waiting; null if it is held already, through this store or another one on the same data. */
    @Nullable
    Hold tryHold(Right right);

    /** Frees everything, what is held included. Waits for the transaction under way. May be called more than once. */
    @Override
    void close();
}
