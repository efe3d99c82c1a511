package dev.tidelock.sync.testkit;

import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What the stores on one {@link MemoryDisk} hold. */
final class MemoryHolds {
    private final ReentrantLock lock;

    // Guarded by lock.
    private final Map<Right, MemoryHold> held = new EnumMap<>(Right.class);
    private final Map<Right, MemoryStore> lastHolders = new EnumMap<>(Right.class);

    MemoryHolds(ReentrantLock lock) {
        this.lock = lock;
    }

    /** For who has the lock, as are the others. */
    @Nullable
    Hold tryHold(Right right, MemoryStore store) {
        if (held.containsKey(right)) {
            return null;
        }
        MemoryHold hold = new MemoryHold(right, store, lastHolders.put(right, store) == store);
        held.put(right, hold);
        return hold;
    }

    void freeAll(MemoryStore store) {
        held.values().removeIf(hold -> hold.store == store);
    }

    /** The process has ended. */
    void freeAll() {
        held.clear();
    }

    private final class MemoryHold implements Hold {
        private final Right right;
        private final MemoryStore store;
        private final boolean continued;

        private MemoryHold(Right right, MemoryStore store, boolean continued) {
            this.right = right;
            this.store = store;
            this.continued = continued;
        }

        @Override
        public boolean isContinued() {
            return continued;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                held.remove(right, this);
            } finally {
                lock.unlock();
            }
        }
    }
}
