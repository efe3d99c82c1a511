package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.examples.cli.home.SharedHomeChild;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A {@link SharedHomeChild}, and what it has told so far. */
final class Hammering implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final CliProcess process;
    private final Thread reader = new Thread(this::read, "hammering");
    private final Semaphore ready = new Semaphore(0);
    private final Semaphore writes = new Semaphore(0);
    private final Semaphore syncs = new Semaphore(0);
    private final BlockingQueue<String> markers = new LinkedBlockingQueue<>();

    // Written by the reader; read by others when that has ended.
    private final List<Long> written = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private Hammering(CliProcess process) {
        this.process = process;
        reader.start();
    }

    /** Starts one, and waits until it runs. */
    static Hammering start(Path home) throws IOException, InterruptedException {
        List<String> options = List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        Hammering started = new Hammering(CliProcess.start(options, SharedHomeChild.class.getName(), home.toString()));
        assertTrue(started.ready.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not start");
        return started;
    }

    private void read() {
        try {
            while (true) {
                String[] line = process.line().split(" ", 2);
                switch (line[0]) {
                    case "ready" -> ready.release();
                    case "wrote" -> {
                        written.add(Long.parseLong(line[1]));
                        writes.release();
                    }
                    case "syncs" -> syncs.release();
                    case "saw" -> markers.add(line[1]);
                    default -> failures.add(String.join(" ", line));
                }
            }
        } catch (CliException | IOException ended) {
            // It was killed.
        }
    }

    void awaitWrites(int count) throws InterruptedException {
        writes.drainPermits();
        assertTrue(writes.tryAcquire(count, PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not write any more");
    }

    boolean hasSynced() {
        return syncs.availablePermits() > 0;
    }

    void awaitSync() throws InterruptedException {
        assertTrue(syncs.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not take over");
    }

    void awaitMarker(String id) throws InterruptedException {
        String seen = markers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(seen, "nothing arrives any more");
        assertEquals(id, seen);
    }

    /** Kills it, and gives the numbers that it was told are kept. */
    List<Long> kill() throws IOException, InterruptedException {
        process.kill();
        reader.join();
        assertEquals(List.of(), failures);
        assertEquals("", process.finish().err());
        return written;
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
