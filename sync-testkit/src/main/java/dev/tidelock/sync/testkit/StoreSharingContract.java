package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.READING;
import static dev.tidelock.sync.testkit.StoreSamples.SPACE;
import static dev.tidelock.sync.testkit.StoreSamples.device;
import static dev.tidelock.sync.testkit.StoreSamples.id;
import static dev.tidelock.sync.testkit.StoreSamples.key;
import static dev.tidelock.sync.testkit.StoreSamples.put;
import static dev.tidelock.sync.testkit.StoreSamples.stateOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rights, and several stores on the same data, as several processes have them. A part of {@link StoreContract}. */
abstract class StoreSharingContract extends StoreIndexesContract {
    private @Nullable Store beside;

    @AfterEach
    void closeBeside() {
        Store second = beside;
        if (second != null) {
            second.close();
        }
    }

    private Store beside() {
        Store second = openBeside(store);
        assumeTrue(second != null, "this store serves one user only");
        beside = second;
        return present(second);
    }

    private static void putNext(Store into) {
        into.write(tx -> {
            long next = tx.ownHead().counter() + 1;
            Event event = put(OWN, next, key("r" + next), Long.toString(next));
            tx.setRecord(event.key(), stateOf(event));
            tx.addEvent(event, EventState.APPLIED);
            return true;
        });
    }

    @Test
    void write_throughOneStore_isSeenThroughTheOther() {
        Store second = beside();
        second.write(tx -> {
            tx.setIdentity(new StoreIdentity(SPACE, device(OWN)));
            return true;
        });
        for (int i = 0; i < 5; i++) {
            putNext(store);
            putNext(store);
            putNext(second);
            assertEquals(3 * i + 3, count(r -> r.ownHead().counter()));
        }
        long last = second.read(r -> r.ownHead().counter());
        assertEquals(15, last);
        for (int i = 1; i <= last; i++) {
            long counter = i;
            assertNotNull(read(r -> r.event(id(OWN, (int) counter))), "event " + i);
        }
    }

    @Test
    void transaction_afterAnotherStoreHasWritten_readsNothingOld() {
        identify();
        Store second = beside();
        putNext(store);
        write(tx -> tx.observe(READING + 5));
        second.write(tx -> {
            assertEquals(READING + 5, tx.observedReading());
            assertEquals(1, tx.ownHead().counter());
            tx.observe(READING + 9);
            return true;
        });
        putNext(second);
        write(tx -> {
            assertEquals(READING + 9, tx.observedReading());
            assertEquals(new OwnHead(2, READING + 2), tx.ownHead());
        });
    }

    @Test
    void surviveLossOfPower_whileAnotherStoreWrites_keepsWhatBothWrote() {
        identify();
        Store second = beside();
        for (int i = 0; i < 10; i++) {
            boolean first = i % 2 == 0;
            putNext(second);
            write(tx -> {
                if (first) {
                    tx.surviveLossOfPower();
                }
                long next = tx.ownHead().counter() + 1;
                tx.surviveLossOfPower();
                tx.addEvent(put(OWN, next, key("x"), "x"), EventState.APPLIED);
            });
        }
        assertEquals(20, count(r -> r.ownHead().counter()));
    }

    @Test
    void undone_throughOneStore_isNotSeenThroughTheOther() {
        Store second = beside();
        undo(this::writeOneOfEverything);
        assertNull(second.read(StoreReader::identity));
        second.write(tx -> {
            writeOneOfEverything(tx);
            return true;
        });
        assertEquals(1, count(r -> r.ownHead().counter()));
        assertEquals(1, outbox(REMOTE).size());
    }

    @Test
    void close_ofOneStore_leavesTheOtherAsItIs() {
        identify();
        Store second = beside();
        putNext(second);
        second.close();
        putNext(store);
        assertEquals(2, count(r -> r.ownHead().counter()));
        assertEquals(2L, (long) beside().read(r -> r.ownHead().counter()));
    }

    // Rights

    private static Hold hold(Store of, Right right) {
        return present(of.tryHold(right));
    }

    @Test
    void right_held_isNotGivenAgainUntilItIsClosed() {
        for (Right right : Right.values()) {
            Hold first = hold(store, right);
            assertNull(store.tryHold(right));
            first.close();
            Hold second = hold(store, right);
            first.close(); // again: it is not the one that is held
            assertNull(store.tryHold(right));
            second.close();
        }
    }

    @Test
    void right_held_leavesTheOthersFree() {
        Hold lead = hold(store, Right.LEAD);
        hold(store, Right.SYNC).close();
        putNext(store);
        lead.close();
    }

    @Test
    void commitsElsewhere_changesWhenTheOtherStoreWritesAndOnlyThen() {
        identify();
        Store second = beside();
        putNext(store);
        long before = store.commitsElsewhere();
        putNext(store);
        read(StoreReader::ownHead);
        second.read(StoreReader::ownHead);
        assertEquals(before, store.commitsElsewhere(), "nobody else has written");
        putNext(second);
        long after = store.commitsElsewhere();
        assertNotEquals(before, after);
        assertEquals(after, store.commitsElsewhere());
        putNext(second);
        putNext(store);
        assertNotEquals(after, store.commitsElsewhere(), "also if an own transaction came in between");
    }

    @Test
    void commitsElsewhere_whileOwnTransactionRuns_doesNotWaitForIt() {
        identify();
        Store second = beside();
        long before = store.commitsElsewhere();
        putNext(second);
        store.write(tx -> {
            assertNotEquals(before, store.commitsElsewhere());
            return true;
        });
    }

    @Test
    void right_heldThroughOneStore_isNotGivenThroughTheOther() {
        Store second = beside();
        for (Right right : Right.values()) {
            Hold held = hold(store, right);
            assertNull(second.tryHold(right));
            held.close();
            hold(second, right).close();
        }
    }

    @Test
    void right_heldAgain_isContinuedUnlessTheOtherStoreHadIt() {
        assertFalse(holdAndClose(store), "nothing is known of the time before the first one");
        assertTrue(holdAndClose(store));
        Store second = beside();
        assertTrue(holdAndClose(store), "the other store is open, but has not held it");
        assertFalse(holdAndClose(second));
        assertFalse(holdAndClose(store));
        assertTrue(holdAndClose(store));
        hold(second, Right.LEAD).close();
        assertTrue(holdAndClose(store), "the other one has held another right");
    }

    private static boolean holdAndClose(Store of) {
        try (Hold held = hold(of, Right.SYNC)) {
            return held.isContinued();
        }
    }

    @Test
    void right_heldByAStoreThatIsClosed_isFree() {
        Store second = beside();
        Hold held = hold(second, Right.LEAD);
        second.close();
        Hold next = hold(store, Right.LEAD);
        held.close();
        assertNull(store.tryHold(Right.LEAD));
        next.close();
        StoreException refused = assertThrows(StoreException.class, () -> second.tryHold(Right.LEAD));
        assertEquals(StoreException.Kind.CLOSED, refused.kind());
    }
}
