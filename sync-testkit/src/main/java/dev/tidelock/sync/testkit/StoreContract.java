package dev.tidelock.sync.testkit;

import static dev.tidelock.sync.testkit.StoreSamples.READING;
import static dev.tidelock.sync.testkit.StoreSamples.envelope;
import static dev.tidelock.sync.testkit.StoreSamples.id;
import static dev.tidelock.sync.testkit.StoreSamples.json;
import static dev.tidelock.sync.testkit.StoreSamples.key;
import static dev.tidelock.sync.testkit.StoreSamples.put;
import static dev.tidelock.sync.testkit.StoreSamples.stateOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.status.BlockedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the engine relies on in a {@link Store}. Extend it, say how a new store is made, and every test must pass.
 *
 * <p>Device 1 is this device; the others are peers. Envelopes carry no real seal: a store never looks inside.
 */
public abstract class StoreContract extends StoreSharingContract {
    // Threads

    @Test
    void read_whileOthersWrite_seesOneMoment() throws InterruptedException {
        write(tx -> setBoth(tx, 0));
        CountDownLatch readOnce = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        Thread writer = background(() -> {
            await(readOnce);
            write(tx -> setBoth(tx, 1));
            written.countDown();
        });
        read(r -> {
            RecordState before = r.record(key("a"));
            readOnce.countDown();
            // A store may let the writer wait for this reader, so do not insist.
            awaitAtMost(written, 300);
            assertEquals(before, r.record(key("a")));
            assertEquals(before.value(), r.record(key("b")).value());
            return true;
        });
        join(writer);
        assertEquals(json("1"), read(r -> r.record(key("b"))).value());
    }

    @Test
    void read_andWriteFromManyThreads_neverMeetHalfATransaction() throws InterruptedException {
        int writers = 3;
        int rounds = 40;
        identify();
        write(tx -> setBoth(tx, 0));
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            threads.add(background(() -> guard(failed, () -> {
                while (!done.get()) {
                    read(r -> {
                        assertEquals(
                                r.record(key("a")).value(), r.record(key("b")).value());
                        assertEquals(
                                r.ownHead().counter(),
                                RecordEvents.of(r, key("a")).size());
                        return true;
                    });
                }
            })));
        }
        List<Thread> writing = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            writing.add(background(() -> guard(failed, () -> {
                for (int round = 0; round < rounds; round++) {
                    write(tx -> {
                        long next = tx.ownHead().counter() + 1;
                        setBoth(tx, next);
                        tx.addEvent(put(OWN, next, key("a"), "x"), EventState.APPLIED);
                    });
                }
            })));
        }
        for (Thread thread : writing) {
            join(thread);
        }
        done.set(true);
        for (Thread thread : threads) {
            join(thread);
        }
        assertNull(failed.get(), () -> "a thread failed: " + failed.get());
        assertEquals((long) writers * rounds, count(r -> r.ownHead().counter()));
    }

    static void setBoth(StoreTransaction tx, long number) {
        for (String id : List.of("a", "b")) {
            tx.setRecord(key(id), stateOf(put(OWN, number + 1, key(id), Long.toString(number))));
        }
    }

    static void guard(AtomicReference<@Nullable Throwable> failed, Runnable work) {
        try {
            work.run();
        } catch (Throwable thrown) {
            failed.compareAndSet(null, thrown);
        }
    }

    static Thread background(Runnable work) {
        Thread thread = new Thread(work, "store contract");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static void join(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertFalse(thread.isAlive(), "a thread hangs in the store");
    }

    static void await(CountDownLatch latch) {
        assertTrue(awaitAtMost(latch, TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)), "nobody came");
    }

    static boolean awaitAtMost(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted", interrupted);
        }
    }

    // Closing

    @Test
    void close_twice_isHarmlessAndUseIsRefused() {
        store.close();
        store.close();
        for (Runnable use : List.<Runnable>of(() -> read(r -> "x"), () -> write(tx -> {}))) {
            StoreException refused = assertThrows(StoreException.class, use::run);
            assertEquals(StoreException.Kind.CLOSED, refused.kind());
        }
    }

    @Test
    void reopen_afterClose_findsEverything() {
        write(this::writeOneOfEverything);
        List<Conflict> conflicts = read(StoreReader::conflicts);
        store.close();
        Store reopened = reopen(store);
        assumeTrue(reopened != null, "this store keeps nothing beyond its close");
        store = present(reopened);
        writeNothingNew();
        assertEquals(conflicts, read(StoreReader::conflicts));
        assertEquals(new OwnHead(1, READING + 1), read(StoreReader::ownHead));
        assertEquals(READING + 77, count(StoreReader::observedReading));
        assertEquals(BlockedBy.OFFLINE, read(r -> r.outcome(REMOTE)).blockedBy());
        assertEquals(1, outbox(REMOTE).size());
        assertArrayEquals(new byte[3], bytes("q"));
        EnvelopeHash last = outbox(REMOTE).get(0).hash();
        write(tx -> {
            Envelope next = envelope(OWN, 2, 2, last);
            tx.addEvent(put(OWN, 2, key("c"), "two"), EventState.APPLIED);
            tx.addEnvelope(next, 2);
            tx.addToOutbox(REMOTE, next.hash());
        });
        assertEquals(2, outbox(REMOTE).size());
    }

    void writeNothingNew() {
        write(tx -> assertThrows(
                IllegalStateException.class, () -> tx.addEvent(put(OWN, 1, key("a"), "one"), EventState.APPLIED)));
    }
}
