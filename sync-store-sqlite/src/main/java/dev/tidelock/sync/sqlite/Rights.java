package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rights of one store, by the locks that all stores on its database share. Safe for use by any number of threads. */
final class Rights {
    private final LockFile locks;

    // Guarded by this.
    private final Map<Right, Long> lastTaken = new EnumMap<>(Right.class);
    private final Map<Right, Held> held = new EnumMap<>(Right.class);

    Rights(LockFile locks) {
        this.locks = locks;
    }

    synchronized @Nullable Hold tryHold(Right right) {
        long taken = locks.tryTake(place(right));
        if (taken == 0) {
            return null;
        }
        Long before = lastTaken.put(right, taken);
        Held hold = new Held(right, before != null && before == taken - 1);
        held.put(right, hold);
        return hold;
    }

    private static LockFile.Place place(Right right) {
        return switch (right) {
            case SYNC -> LockFile.Place.SYNC;
            case LEAD -> LockFile.Place.LEAD;
        };
    }

    /** Only what this very hold took: it may be closed again after somebody else has taken the right. */
    private synchronized void free(Held hold) {
        if (held.remove(hold.right, hold)) {
            locks.free(place(hold.right));
        }
    }

    synchronized void freeAll() {
        Map.copyOf(held).values().forEach(Held::close);
    }

    private final class Held implements Hold {
        private final Right right;
        private final boolean continued;

        private Held(Right right, boolean continued) {
            this.right = right;
            this.continued = continued;
        }

        @Override
        public boolean isContinued() {
            return continued;
        }

        @Override
        public void close() {
            free(this);
        }
    }
}
