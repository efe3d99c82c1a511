package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
    private static final Cursor ONE = new Cursor(new LogId("one"), 0, EnvelopeHash.NONE);
    private static final Cursor TWO = new Cursor(new LogId("two"), 0, EnvelopeHash.NONE);

    private static void set(Store store, Cursor cursor, boolean survivesLossOfPower) {
        store.write(tx -> {
            tx.setCursor("relay", cursor);
            if (survivesLossOfPower) {
                tx.surviveLossOfPower();
            }
            return true;
        });
    }

    private static Cursor cursor(Store store) {
        return store.read(reader -> reader.cursor("relay"));
    }

    @Test
    void crash_afterACommit_keepsIt() {
        MemoryDisk disk = new MemoryDisk();
        Store before = new MemoryStore(disk);
        set(before, ONE, false);
        disk.crash();
        assertThrows(SimulatedCrash.class, () -> cursor(before));
        assertThrows(SimulatedCrash.class, () -> set(before, TWO, false));
        assertEquals(ONE, cursor(new MemoryStore(disk)));
    }

    @Test
    void crash_beforeACommit_undoesIt() {
        MemoryDisk disk = new MemoryDisk();
        set(new MemoryStore(disk), ONE, false);
        Store store = new MemoryStore(disk, new PersistPoints() {
            @Override
            public void beforeCommit() {
                disk.crash();
                throw new SimulatedCrash("before a commit");
            }
        });
        assertThrows(SimulatedCrash.class, () -> set(store, TWO, false));
        assertEquals(ONE, cursor(new MemoryStore(disk)));
    }

    @Test
    void crash_withinATransaction_undoesIt() {
        MemoryDisk disk = new MemoryDisk();
        Store store = new MemoryStore(disk);
        assertThrows(
                SimulatedCrash.class,
                () -> store.write(tx -> {
                    tx.setCursor("relay", ONE);
                    disk.crash();
                    tx.setCursor("other", ONE);
                    return true;
                }));
        assertNull(cursor(new MemoryStore(disk)));
        assertNull(new MemoryStore(disk).<Cursor>read(reader -> reader.cursor("other")));
    }

    @Test
    void crash_rightAfterACommit_keepsItAlthoughNobodyWasTold() {
        MemoryDisk disk = new MemoryDisk();
        Store store = new MemoryStore(disk, new PersistPoints() {
            @Override
            public void afterCommit() {
                disk.crash();
                throw new SimulatedCrash("after a commit");
            }
        });
        assertThrows(SimulatedCrash.class, () -> set(store, ONE, false));
        assertEquals(ONE, cursor(new MemoryStore(disk)));
    }

    @Test
    void losePower_onRequest_dropsWhatDidNotAsk() {
        MemoryDisk disk = new MemoryDisk(MemoryDisk.Durability.ON_REQUEST);
        set(new MemoryStore(disk), ONE, true);
        set(new MemoryStore(disk), TWO, false);
        disk.crash();
        assertEquals(TWO, cursor(new MemoryStore(disk)), "a crash of the process loses nothing");
        disk.losePower();
        assertEquals(ONE, cursor(new MemoryStore(disk)));
    }

    @Test
    void losePower_everyCommit_dropsNothing() {
        MemoryDisk disk = new MemoryDisk();
        set(new MemoryStore(disk), ONE, false);
        disk.losePower();
        assertEquals(ONE, cursor(new MemoryStore(disk)));
    }

    @Test
    void copy_afterwards_isAnotherDisk() {
        MemoryDisk disk = new MemoryDisk();
        set(new MemoryStore(disk), ONE, false);
        MemoryDisk copy = disk.copy();
        set(new MemoryStore(disk), TWO, false);
        assertEquals(ONE, cursor(new MemoryStore(copy)));
    }

    @Test
    void transaction_insideAnother_isRefused() {
        Store store = new MemoryStore();
        assertThrows(IllegalStateException.class, () -> store.write(tx -> cursor(store)));
        assertThrows(IllegalStateException.class, () -> store.read(reader -> cursor(store)));
    }

    @Test
    void reader_afterItsEnd_isRefused() {
        Store store = new MemoryStore();
        AtomicReference<StoreReader> kept = new AtomicReference<>();
        store.read(reader -> {
            kept.set(reader);
            return true;
        });
        assertThrows(IllegalStateException.class, () -> kept.get().identity());
        AtomicReference<StoreTransaction> keptTransaction = new AtomicReference<>();
        store.write(tx -> {
            keptTransaction.set(tx);
            return true;
        });
        assertThrows(IllegalStateException.class, () -> keptTransaction.get().setCursor("relay", ONE));
    }

    @Test
    void close_afterwards_isRefused() {
        Store store = new MemoryStore();
        store.close();
        store.close();
        StoreException refused = assertThrows(StoreException.class, () -> cursor(store));
        assertEquals(StoreException.Kind.CLOSED, refused.kind());
    }
}
