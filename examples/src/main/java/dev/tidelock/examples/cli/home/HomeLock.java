package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a second process away from a HOME. The operating system lets go of the lock when the process ends, however it ends. The file also holds the
 * number of the process, for the message only.
 */
final class HomeLock implements AutoCloseable {
    static final String FILE = "lock";

    /** Commands are short: the next one waits for the end of the last. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long PAUSE_MILLIS = 50;

    /**
     * The folders that this process has open. A lock of the operating system is the process's, and goes with the first channel that is closed on its file:
     * so a second one must not even be tried.
     */
    private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

    private final Path home;
    private final FileChannel channel;

    private HomeLock(Path home, FileChannel channel) {
        this.home = home;
        this.channel = channel;
    }

    static HomeLock take(Path folder) throws IOException {
        Path home = folder.toRealPath();
        if (!OPEN_HERE.add(home)) {
            throw inUse(home, "this process");
        }
        try {
            return lock(home);
        } catch (IOException | RuntimeException failed) {
            OPEN_HERE.remove(home);
            throw failed;
        }
    }

    private static HomeLock lock(Path home) throws IOException {
        FileChannel channel = FileChannel.open(
                home.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            requireLock(channel, home);
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(
                    Long.toString(ProcessHandle.current().pid())));
            return new HomeLock(home, channel);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    private static void requireLock(FileChannel channel, Path home) throws IOException {
        long start = System.nanoTime();
        while (!tryLock(channel)) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw inUse(home, "another process" + holder(channel));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw CliException.failed("interrupted while waiting for " + home);
            }
        }
    }

    private static CliException inUse(Path home, String by) {
        return CliException.failed(
                home + " is in use by " + by + "; wait for it or stop it, one process at a time is accepted");
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        return lock != null;
    }

    private static String holder(FileChannel channel) {
        ByteBuffer text = ByteBuffer.allocate(20);
        try {
            channel.read(text, 0);
            String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
            return pid.matches("[0-9]+") ? " (number " + pid + ")" : "";
        } catch (IOException unknown) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            OPEN_HERE.remove(home);
        }
    }
}
