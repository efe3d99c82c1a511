package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.ArrayDeque;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the transactions that read, each on a connection of its own: as many at a time as there are threads, also one inside another. A few
 * connections are kept for the next ones. Safe for use by any number of threads.
 */
final class ReaderPool {
    private static final int IDLE_MAX = 4;

    private final Supplier<Session> opener;

    // Guarded by this.
    private final ArrayDeque<Session> idle = new ArrayDeque<>();

    ReaderPool(Supplier<Session> opener) {
        this.opener = opener;
    }

    <T> T run(Function<StoreReader, T> work) {
        return runIn(session -> {
            SqliteReader reader = new SqliteReader(session);
            try {
                return work.apply(reader);
            } finally {
                reader.end();
            }
        });
    }

    <T> T runIn(Function<Session, T> work) {
        Session taken = take();
        Session session = taken == null ? opener.get() : taken;
        boolean sound = false;
        try {
            session.statement(Sql.BEGIN_READ).update();
            try {
                return work.apply(session);
            } finally {
                sound = end(session);
            }
        } finally {
            giveBack(session, sound);
        }
    }

    /** Ends the snapshot; false if the connection had better not be used again. */
    private static boolean end(Session session) {
        if (session.database().failure() != null) {
            return false;
        }
        try {
            session.statement(Sql.COMMIT).update();
            return true;
        } catch (StoreException failed) {
            return false;
        }
    }

    private synchronized @Nullable Session take() {
        return idle.poll();
    }

    private void giveBack(Session session, boolean sound) {
        synchronized (this) {
            if (sound && idle.size() < IDLE_MAX) {
                idle.push(session);
                return;
            }
        }
        session.close();
    }

    synchronized void close() {
        for (Session session : idle) {
            session.close();
        }
        idle.clear();
    }
}
