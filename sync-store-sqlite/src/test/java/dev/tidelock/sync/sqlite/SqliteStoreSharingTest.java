package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several stores on one file, in this process and in others. What every kind of store does, the contract checks. */
class SqliteStoreSharingTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("store.db");
    }

    @Test
    void open_newFileByManyAtOnce_makesOneStore() throws Exception {
        int stores = 8;
        CountDownLatch all = new CountDownLatch(stores);
        Callable<Long> openAndPut = () -> {
            all.countDown();
            all.await();
            try (SqliteStore store = SqliteStore.open(file)) {
                StoreFixture.identify(store);
                long last = 0;
                for (int i = 0; i < 20; i++) {
                    last = store.write(StoreFixture::put);
                }
                return last;
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(stores);
        try {
            List<Future<Long>> opened = new ArrayList<>();
            for (int i = 0; i < stores; i++) {
                opened.add(threads.submit(openAndPut));
            }
            for (Future<Long> each : opened) {
                assertTrue(each.get(60, TimeUnit.SECONDS) >= 20);
            }
        } finally {
            threads.shutdownNow();
        }
        try (SqliteStore store = SqliteStore.open(file)) {
            assertEquals(stores * 20, (long) store.read(StoreFixture::requireWhole));
        }
    }

    /** Whoever closes a file frees all locks that its process has on it, SQLite's too; another process would then take itself for the only one. */
    @Test
    void open_aSecondTimeInThisProcess_leavesSqlitesLocksAlone() throws Exception {
        try (SqliteStore store = SqliteStore.open(file)) {
            StoreFixture.identify(store);
            SqliteStore.open(file).close();
            try (Child child = Child.start(file, Child.LOOK)) {
                assertEquals("in use", child.line());
            }
        }
        try (Child child = Child.start(file, Child.LOOK)) {
            assertEquals("free", child.line());
        }
    }

    @Test
    void right_ofAProcessThatIsKilled_isFreeAtOnce() throws Exception {
        try (SqliteStore store = SqliteStore.open(file)) {
            StoreFixture.identify(store);
            try (Child child = Child.start(file, Child.LEAD)) {
                assertEquals("wrote 1", child.line());
                assertNull(store.tryHold(Right.LEAD));
                assertEquals(2, (long) store.write(StoreFixture::put));
            }
            try (Hold taken = store.tryHold(Right.LEAD)) {
                assertNotNull(taken);
                assertFalse(taken.isContinued());
            }
        }
    }

    /** Another process. */
    static final class Child implements AutoCloseable {
        /** Takes the lead, writes once, and stays. */
        static final String LEAD = "lead";

        /** Says whether another process has SQLite's lock on the database: it is on these bytes, see https://sqlite.org/fileformat.html#the_lock_byte_page. */
        static final String LOOK = "look";

        private static final long SHARED_LOCK_AT = 0x40000002L;
        private static final int SHARED_LOCK_BYTES = 510;

        private final Process process;
        private final BufferedReader out;

        private Child(Process process) {
            this.process = process;
            this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        static Child start(Path file, String task) throws IOException {
            String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            return new Child(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            classPath,
                            Child.class.getName(),
                            file.toString(),
                            task)
                    .redirectErrorStream(true)
                    .start());
        }

        String line() throws IOException {
            return out.readLine();
        }

        /** Kills it. */
        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        public static void main(String[] arguments) throws Exception {
            Path file = Path.of(arguments[0]);
            if (arguments[1].equals(LOOK)) {
                look(file);
            } else {
                SqliteStore store = SqliteStore.open(file);
                assertNotNull(store.tryHold(Right.LEAD));
                System.out.println("wrote " + store.write(StoreFixture::put));
                new CountDownLatch(1).await();
            }
        }

        private static void look(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                FileLock lock = channel.tryLock(SHARED_LOCK_AT, SHARED_LOCK_BYTES, false);
                System.out.println(lock == null ? "in use" : "free");
            }
        }
    }
}
