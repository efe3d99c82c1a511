package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not as they should be, and stores that are open already. */
class SqliteStoreFileTest {
    private static final int PUTS = 300;
    private static final int DAMAGED_FILES = Boolean.getBoolean("tidelock.long") ? 5000 : 150;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("store.db");
    }

    private byte[] newStore() throws IOException {
        try (SqliteStore store = SqliteStore.open(file)) {
            StoreFixture.identify(store);
            store.write(tx -> {
                for (int i = 0; i < PUTS; i++) {
                    StoreFixture.put(tx);
                }
                return true;
            });
        }
        return Files.readAllBytes(file);
    }

    /** Says why, names the file, and leaves it as it is. */
    private void assertRefused(Kind kind, String why) throws IOException {
        byte[] before = Files.readAllBytes(file);
        StoreException refused = assertThrows(StoreException.class, () -> SqliteStore.open(file));
        assertEquals(kind, refused.kind(), refused.getMessage());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertTrue(refused.getMessage().contains(file.getFileName().toString()), refused.getMessage());
        assertArrayEquals(before, Files.readAllBytes(file));
        assertFalse(Files.exists(folder.resolve("store.db-wal")), "a log is left behind");
    }

    @Test
    void open_emptyFile_isANewStore() throws IOException {
        Files.createFile(file);
        newStore();
        try (SqliteStore store = SqliteStore.open(file)) {
            assertEquals(PUTS, (long) store.read(StoreFixture::requireWhole));
        }
    }

    @Test
    void open_nameThatAUriWouldNotTake_works() throws IOException {
        for (String name : new String[] {"with space.db", "what?is#this%20.db", "näme-😀.db", "a;b&c=d.db"}) {
            file = folder.resolve(name);
            newStore();
            try (SqliteStore store = SqliteStore.open(file)) {
                assertEquals(PUTS, (long) store.read(StoreFixture::requireWhole));
            }
            assertTrue(Files.size(file) > 4096, name);
        }
    }

    @Test
    void close_store_leavesNoLogBehind() throws IOException {
        newStore();
        assertFalse(Files.exists(folder.resolve("store.db-wal")));
        assertFalse(Files.exists(folder.resolve("store.db-shm")));
    }

    @Test
    void open_randomBytes_isRefused() throws IOException {
        byte[] bytes = new byte[10_000];
        new Random(3).nextBytes(bytes);
        Files.write(file, bytes);
        assertRefused(Kind.CORRUPT, "not a SQLite database");
        Files.write(file, "a diary, perhaps".getBytes(StandardCharsets.UTF_8));
        assertRefused(Kind.CORRUPT, "not a SQLite database");
    }

    @Test
    void open_truncatedAnywhere_isRefused() throws IOException {
        byte[] whole = newStore();
        for (int length : new int[] {1, 15, 16, 99, 100, 511, 4095, 4096, 8192, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused(Kind.CORRUPT, "damaged");
        }
        Files.write(file, whole);
        SqliteStore.open(file).close();
    }

    @Test
    void open_databaseOfAnotherApp_isRefused() throws IOException, SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("CREATE TABLE theirs (x)");
        }
        assertRefused(Kind.CORRUPT, "not a store of this library");
    }

    @Test
    void open_otherApplicationIdOrVersion_isRefused() throws IOException {
        byte[] whole = newStore();
        rewrite(whole, 68, 7);
        assertRefused(Kind.CORRUPT, "not a store of this library");
        rewrite(whole, 60, 0);
        assertRefused(Kind.CORRUPT, "not a store of this library");
        rewrite(whole, 60, Schema.VERSION + 1);
        assertRefused(Kind.NEWER_VERSION, "Update the app");
    }

    @Test
    void open_fileOfAnEarlierVersion_isBroughtUpToDate() throws IOException, SQLException {
        newStore();
        try (Connection earlier = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = earlier.createStatement()) {
            statement.execute("DROP TABLE notes");
            statement.execute("DROP TABLE indexes");
            statement.execute("DROP TABLE index_entries");
            statement.execute("PRAGMA user_version = 1");
        }
        for (int opened = 0; opened < 2; opened++) {
            try (SqliteStore store = SqliteStore.open(file)) {
                store.write(tx -> {
                    tx.setNote("a", "b");
                    return tx.note("a");
                });
            }
        }
    }

    private void rewrite(byte[] whole, int offset, int value) throws IOException {
        byte[] changed = whole.clone();
        ByteBuffer.wrap(changed).putInt(offset, value);
        Files.write(file, changed);
    }

    @Test
    void use_anyByteDamaged_givesTypedErrorsOnly() throws IOException {
        byte[] whole = newStore();
        Random random = new Random(5);
        int noticed = 0;
        for (int i = 0; i < DAMAGED_FILES; i++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(damaged.length);
            int length = Math.min(damaged.length - at, i % 3 == 0 ? 1 : 200);
            for (int j = 0; j < length; j++) {
                damaged[at + j] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            try (SqliteStore store = SqliteStore.open(file)) {
                store.read(r -> {
                    r.records(null, (key, value) -> r.events(key, EventState.APPLIED, Integer.MAX_VALUE, event -> {}));
                    return r.unsealed(Integer.MAX_VALUE, Long.MAX_VALUE).size()
                            + r.chains().size();
                });
            } catch (StoreException typed) {
                assertTrue(
                        typed.kind() == Kind.CORRUPT || typed.kind() == Kind.NEWER_VERSION,
                        at + "+" + length + ": " + typed);
                noticed++;
            }
        }
        assertTrue(noticed > 20, "only " + noticed + " of the damaged files were noticed");
    }

    @Test
    void open_folderOrNoFolder_isRefused() throws IOException {
        Files.createDirectory(file);
        StoreException folderItself = assertThrows(StoreException.class, () -> SqliteStore.open(file));
        assertEquals(Kind.IO, folderItself.kind());
        assertTrue(folderItself.getMessage().contains("is a folder"), folderItself.getMessage());
        StoreException noFolder = assertThrows(
                StoreException.class,
                () -> SqliteStore.open(folder.resolve("none").resolve("store.db")));
        assertEquals(Kind.IO, noFolder.kind());
        assertTrue(noFolder.getMessage().contains("there is no folder"), noFolder.getMessage());
        Path plain = Files.createFile(folder.resolve("plain"));
        assertEquals(
                Kind.IO,
                assertThrows(StoreException.class, () -> SqliteStore.open(plain.resolve("store.db")))
                        .kind());
    }

    @Test
    void open_unreadableFile_isRefused() throws IOException {
        byte[] whole = newStore();
        assertTrue(file.toFile().setReadable(false, false));
        assumeFalse(Files.isReadable(file), "this user may read everything");
        assertEquals(
                Kind.IO,
                assertThrows(StoreException.class, () -> SqliteStore.open(file)).kind());
        assertTrue(file.toFile().setReadable(true));
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    @Test
    void open_twiceInOneProcess_worksByWhicheverName() throws IOException {
        try (SqliteStore store = SqliteStore.open(file)) {
            StoreFixture.identify(store);
            Path link = Files.createSymbolicLink(folder.resolve("link.db"), file);
            for (Path name : new Path[] {file, folder.resolve(".").resolve("store.db"), link}) {
                try (SqliteStore second = SqliteStore.open(name)) {
                    try (Hold held = second.tryHold(Right.LEAD)) {
                        assertNotNull(held);
                        assertNull(store.tryHold(Right.LEAD), "one lock, whatever the name");
                    }
                    second.write(StoreFixture::put);
                }
            }
            assertEquals(4, (long) store.write(StoreFixture::put));
        }
        SqliteStore.open(file).close();
    }

    @Test
    void write_withinWrite_isRefusedButReadIsNot() {
        try (SqliteStore store = SqliteStore.open(file)) {
            StoreFixture.identify(store);
            store.write(tx -> {
                StoreFixture.put(tx);
                assertThrows(IllegalStateException.class, () -> store.write(StoreFixture::put));
                assertThrows(IllegalStateException.class, store::close);
                assertEquals(0, (long) store.read(StoreFixture::requireWhole), "a reader sees what is committed");
                return store.read(outer -> store.read(inner -> store.read(StoreFixture::requireWhole)));
            });
            assertEquals(1, (long) store.read(StoreFixture::requireWhole));
        }
    }

    @Test
    void close_transactionsUnderWay_waitsForThem() throws InterruptedException {
        SqliteStore store = SqliteStore.open(file);
        StoreFixture.identify(store);
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean closed = new AtomicBoolean();
        Thread writing = new Thread(() -> store.write(tx -> {
            begun.countDown();
            await(goOn);
            assertFalse(closed.get());
            return StoreFixture.put(tx);
        }));
        Thread reading = new Thread(() -> store.read(r -> {
            begun.countDown();
            await(goOn);
            assertFalse(closed.get());
            return StoreFixture.requireWhole(r);
        }));
        Thread closing = new Thread(() -> {
            store.close();
            closed.set(true);
        });
        writing.start();
        reading.start();
        await(begun);
        closing.start();
        while (closing.getState() == Thread.State.RUNNABLE || closing.getState() == Thread.State.NEW) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        for (Thread thread : new Thread[] {writing, reading, closing}) {
            thread.join(TimeUnit.SECONDS.toMillis(20));
        }
        assertTrue(closed.get());
        try (SqliteStore again = SqliteStore.open(file)) {
            assertEquals(1, (long) again.read(StoreFixture::requireWhole));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
