package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Mailboxes.Slot;
import dev.tidelock.sync.spi.transport.TransportException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class RelayMailboxTest {
    private static final byte[] ID = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final AtomicLong wallMillis = new AtomicLong(1_700_000_000_000L);
    private TestSpace space;
    private Mailboxes member;
    private Mailboxes guest;

    @BeforeEach
    void startRelay() throws Exception {
        space = TestSpace.start(RelaySettings.of(folder.resolve("relay.db")).withWallMillis(wallMillis::get), 1);
        member = space.connect(0).mailboxes();
        guest = HttpRelay.at(space.url(), wallMillis::get).openAsGuest();
    }

    @AfterEach
    void stopRelay() throws Exception {
        space.close();
    }

    private static void rejected(String code, Executable call) {
        TransportException failure = assertThrows(TransportException.class, call);
        assertEquals(TransportException.Kind.REJECTED, failure.kind());
        assertEquals(true, failure.getMessage().contains(code), failure.getMessage());
    }

    @Test
    void slots_carryBothWaysOnce() throws Exception {
        member.create(ID, Duration.ofMinutes(5));
        assertEquals(Optional.empty(), member.read(ID, Slot.REQUEST, Duration.ZERO));
        guest.write(ID, Slot.REQUEST, new byte[] {1});
        assertArrayEquals(new byte[] {1}, member.read(ID, Slot.REQUEST, LONG).orElseThrow());
        assertArrayEquals(
                new byte[] {1}, member.read(ID, Slot.REQUEST, Duration.ZERO).orElseThrow());
        member.write(ID, Slot.ANSWER, new byte[8192]);
        assertEquals(8192, guest.read(ID, Slot.ANSWER, LONG).orElseThrow().length);
        rejected("taken", () -> guest.write(ID, Slot.REQUEST, new byte[] {2}));
        rejected("exists", () -> member.create(ID, Duration.ofMinutes(5)));
        guest.delete(ID);
        guest.delete(ID);
        rejected("unknown-mailbox", () -> guest.read(ID, Slot.ANSWER, LONG));
    }

    @Test
    void mailbox_expires() throws Exception {
        member.create(ID, Duration.ofSeconds(10));
        wallMillis.addAndGet(9_999);
        guest.write(ID, Slot.REQUEST, new byte[] {1});
        wallMillis.addAndGet(1);
        rejected("unknown-mailbox", () -> guest.write(ID, Slot.ANSWER, new byte[] {2}));
        rejected("unknown-mailbox", () -> guest.read(ID, Slot.REQUEST, LONG));
        member.create(ID, Duration.ofSeconds(10));
        assertEquals(Optional.empty(), guest.read(ID, Slot.REQUEST, Duration.ZERO));
    }

    @Test
    void read_thatWaits_isAnsweredWhenTheSlotIsWritten() throws Exception {
        member.create(ID, Duration.ofMinutes(5));
        // More than the relay has worker threads: none of those who wait holds one.
        int waiting = 3 * RelayLimits.WORKER_THREADS;
        ExecutorService pool = Executors.newFixedThreadPool(waiting);
        try {
            CountDownLatch begun = new CountDownLatch(waiting);
            List<Future<Optional<byte[]>>> reads = new ArrayList<>();
            for (int i = 0; i < waiting; i++) {
                reads.add(pool.submit(() -> {
                    begun.countDown();
                    return guest.read(ID, Slot.REQUEST, LONG);
                }));
            }
            begun.await();
            guest.write(ID, Slot.REQUEST, new byte[] {7});
            for (Future<Optional<byte[]>> read : reads) {
                assertArrayEquals(new byte[] {7}, read.get(15, TimeUnit.SECONDS).orElseThrow());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void read_thatWaits_endsEmptyHanded() throws Exception {
        member.create(ID, Duration.ofMinutes(5));
        assertEquals(Optional.empty(), guest.read(ID, Slot.REQUEST, Duration.ofSeconds(1)));
    }

    @Test
    void read_thatWaits_endsWhenTheMailboxOrTheRelayGoes() throws Exception {
        MailboxRoom room = new MailboxRoom(wallMillis::get);
        room.open("a", 60);
        CompletableFuture<Optional<byte[]>> deleted = new CompletableFuture<>();
        room.await("a", MailboxRoom.Slot.REQUEST, deleted::complete);
        room.delete("a");
        assertEquals(Optional.empty(), deleted.getNow(null));
        room.open("b", 60);
        CompletableFuture<Optional<byte[]>> closed = new CompletableFuture<>();
        Runnable end = room.await("b", MailboxRoom.Slot.REQUEST, closed::complete);
        room.close();
        assertEquals(Optional.empty(), closed.getNow(null));
        end.run();
    }

    @Test
    void waiters_areBounded_andGiveTheirPlaceBack() throws Exception {
        MailboxRoom room = new MailboxRoom(wallMillis::get);
        room.open("a", 60);
        List<Runnable> ends = new ArrayList<>();
        for (int i = 0; i < RelayLimits.MAILBOX_WAITERS_MAX; i++) {
            ends.add(room.await("a", MailboxRoom.Slot.REQUEST, told -> {}));
        }
        assertThrows(RefusedException.class, () -> room.await("a", MailboxRoom.Slot.REQUEST, told -> {}));
        ends.get(0).run();
        ends.get(0).run();
        room.await("a", MailboxRoom.Slot.REQUEST, told -> {});
        assertThrows(RefusedException.class, () -> room.await("a", MailboxRoom.Slot.REQUEST, told -> {}));
    }

    @Test
    void mailboxes_areBounded_untilSomeExpire() throws Exception {
        MailboxRoom room = new MailboxRoom(wallMillis::get);
        for (int i = 0; i < RelayLimits.MAILBOXES_MAX; i++) {
            room.open("m" + i, 60);
        }
        assertThrows(RefusedException.class, () -> room.open("one more", 60));
        wallMillis.addAndGet(60_000);
        room.open("one more", 60);
    }
}
