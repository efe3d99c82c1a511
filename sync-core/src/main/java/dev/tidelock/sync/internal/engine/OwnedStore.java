package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store for as long as it is this device's. Once another process has taken it over for a new identity, the engine of the former one neither reads what is
 * not its own nor commits anything.
 */
final class OwnedStore implements Store {
    private final Store store;
    private final DeviceId owner;

    OwnedStore(Store store, DeviceId owner) {
        this.store = store;
        this.owner = owner;
    }

    @Override
    public <T> T read(Function<StoreReader, T> work) {
        return store.read(reader -> {
            requireOwner(reader);
            return work.apply(reader);
        });
    }

    @Override
    public <T> T write(Function<StoreTransaction, T> work) {
        return store.write(tx -> {
            // Asked at the end: a transaction that has read cannot be made to survive a loss of power as cheaply.
            T result;
            try {
                result = work.apply(tx);
            } catch (IllegalStateException | IllegalArgumentException failed) {
                requireOwner(tx); // what is not this device's any more can fail in any way
                throw failed;
            }
            requireOwner(tx);
            return result;
        });
    }

    private void requireOwner(StoreReader reader) {
        StoreIdentity found = reader.identity();
        if (found == null || !found.device().equals(owner)) {
            throw new StoreException(
                    StoreException.Kind.CLOSED,
                    "another process has taken this store over for a new identity; open it again with the keys of that",
                    null);
        }
    }

    @Override
    public long commitsElsewhere() {
        return store.commitsElsewhere();
    }

    @Override
    public @Nullable Hold tryHold(Right right) {
        return store.tryHold(right);
    }

    @Override
    public void close() {
        store.close();
    }
}
