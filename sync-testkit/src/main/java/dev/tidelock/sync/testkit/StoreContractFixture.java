package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.SPACE;
import static dev.tidelock.sync.testkit.StoreSamples.device;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of {@link StoreContract} share: the store under test, and short ways to use it. Device 1 is this device; the others are peers. */
abstract class StoreContractFixture {
    static final int OWN = 1;
    static final String REMOTE = "https://relay.example";
    static final String OTHER_REMOTE = "usb-stick";
    static final int PATIENCE_SECONDS = 20;

    Store store;

    /** Makes a new, empty store. Called once per test. */
    protected abstract Store create();

    /** Opens again what {@code closed} kept; null if this kind of store keeps nothing beyond its close. */
    protected @Nullable Store reopen(Store closed) {
        return null;
    }

    /** Opens what {@code open} is open on a second time, as another process would; null if this kind of store serves one user only. */
    protected @Nullable Store openBeside(Store open) {
        return null;
    }

    @BeforeEach
    void openStore() {
        store = create();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    void write(Consumer<StoreTransaction> work) {
        store.write(tx -> {
            work.accept(tx);
            return true;
        });
    }

    <T> T read(Function<StoreReader, T> work) {
        return store.read(work);
    }

    boolean is(Predicate<StoreReader> work) {
        return store.read(r -> work.test(r));
    }

    long count(ToLongFunction<StoreReader> work) {
        return store.read(r -> work.applyAsLong(r));
    }

    int added(ToIntFunction<StoreTransaction> work) {
        return store.write(tx -> work.applyAsInt(tx));
    }

    static <T> T present(@Nullable T found) {
        if (found == null) {
            throw new AssertionError("it is not there");
        }
        return found;
    }

    /** Most tests need to know which device is this one. */
    void identify() {
        write(tx -> tx.setIdentity(new StoreIdentity(SPACE, device(OWN))));
    }

    static final class Undo extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Runs work in a transaction that fails after it. */
    void undo(Consumer<StoreTransaction> work) {
        Undo undo = new Undo();
        Undo caught = assertThrows(
                Undo.class,
                () -> write(tx -> {
                    work.accept(tx);
                    throw undo;
                }));
        assertSame(undo, caught, "what the work throws is passed on as it is");
    }
}
