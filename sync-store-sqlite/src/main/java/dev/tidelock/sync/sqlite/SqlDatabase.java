package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one SQLite database: all that this store needs of a driver. JDBC is behind it on the desktop; Android's own SQLite fits as
 * well. For one thread at a time.
 *
 * <p>Transactions are begun and ended by statements; nothing begins or ends on its own. Whatever fails is a {@link StoreException}, but for a
 * broken constraint, which is a {@link ConstraintException}.
 */
interface SqlDatabase {
    /** What opens connections. */
    @FunctionalInterface
    interface Driver {
        /** Opens the database in a file; makes an empty one if there is no such file. */
        SqlDatabase open(Path file);
    }

    /** Compiles a statement, to be used again and again. */
    SqlStatement prepare(String sql);

    /** Runs a statement that takes nothing and whose result does not matter. */
    void execute(String sql);

    /**
     * The last failure, unless it has been forgotten. SQLite ends the transaction on some failures and not on others, so after any of them
     * nothing of it may be used: a later statement would be a transaction of its own.
     */
    @Nullable
    StoreException failure();

    void forgetFailure();

    /** Frees everything. Never fails: what was committed is in the file already. */
    void close();

    /** A compiled statement. Parameters and columns count from 1. */
    interface SqlStatement {
        SqlStatement bind(int parameter, long value);

        SqlStatement bind(int parameter, @Nullable String value);

        SqlStatement bind(int parameter, byte @Nullable [] value);

        /** Runs it, and says how many rows it changed. */
        int update();

        /** Runs it; the rows must be closed before the statement is used again. */
        SqlRows query();
    }

    /** The rows of a query: before the first one at the beginning. */
    interface SqlRows extends AutoCloseable {
        boolean next();

        /** 0 for null. */
        long longAt(int column);

        @Nullable
        String textAt(int column);

        byte @Nullable [] bytesAt(int column);

        @Override
        void close();
    }

    /** A row of that identity is there already. The transaction goes on, as if the statement had not been. */
    final class ConstraintException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConstraintException(Throwable cause) {
            super(cause);
        }
    }
}
