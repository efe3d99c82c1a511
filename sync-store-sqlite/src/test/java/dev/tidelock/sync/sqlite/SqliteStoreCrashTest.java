package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another process writes, says what it has been told is written, and is killed. */
class SqliteStoreCrashTest {
    private static final int ROUNDS = Boolean.getBoolean("tidelock.long") ? 200 : 6;

    @TempDir
    Path folder;

    @Test
    void write_processKilledAfterIt_isThere() throws IOException, InterruptedException {
        Path file = folder.resolve("store.db");
        Random random = new Random(11);
        long before = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long acknowledged = runAndKill(file, 1 + random.nextInt(400), round % 3 == 0);
            try (SqliteStore store = SqliteStore.open(file)) {
                long last = store.read(StoreFixture::requireWhole);
                assertTrue(
                        last >= acknowledged,
                        last + " are there, " + acknowledged + " were acknowledged, round " + round);
                assertTrue(acknowledged > before, "nothing was written in round " + round);
                before = last;
            }
        }
    }

    /** Lets it write so many times, and gives the last counter that it was told is written. */
    private static long runAndKill(Path file, int writes, boolean joinIn) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classpath(),
                        Child.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        long acknowledged = 0;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < writes; i++) {
                acknowledged = counterOf(out.readLine());
            }
            if (joinIn) {
                try (SqliteStore store = SqliteStore.open(file)) {
                    assertTrue(store.read(StoreFixture::requireWhole) >= acknowledged, "written by the other process");
                    for (int i = 0; i < 50; i++) {
                        store.write(StoreFixture::put);
                    }
                }
            }
            process.toHandle().destroyForcibly(); // and not the process itself, which would close the stream
            // What it was told before it died counts as well; the last line may be torn.
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                acknowledged = line.endsWith(".") ? counterOf(line) : acknowledged;
            }
        }
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it does not end");
        return acknowledged;
    }

    private static String classpath() {
        String ofTests = System.getProperty("surefire.test.class.path");
        return ofTests != null ? ofTests : System.getProperty("java.class.path");
    }

    private static long counterOf(String line) {
        assertTrue(line != null && line.matches("\\d+\\."), "the other process says: " + line);
        return Long.parseLong(line.substring(0, line.length() - 1));
    }

    /** Writes until it is killed: single puts, batches, and now and then a commit that is to survive a loss of power. */
    static final class Child {
        public static void main(String[] args) {
            Random random = new Random();
            SqliteStore store = SqliteStore.open(new File(args[0]).toPath());
            StoreFixture.identify(store);
            while (true) {
                int batch = random.nextInt(4) == 0 ? 1 + random.nextInt(50) : 1;
                boolean powerSafe = random.nextInt(8) == 0;
                boolean early = random.nextBoolean();
                long last = store.write(tx -> {
                    if (powerSafe && early) {
                        tx.surviveLossOfPower();
                    }
                    long counter = 0;
                    for (int i = 0; i < batch; i++) {
                        counter = StoreFixture.put(tx);
                    }
                    if (powerSafe) {
                        tx.surviveLossOfPower();
                    }
                    return counter;
                });
                System.out.println(last + ".");
            }
        }
    }
}
