package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one process at a time change the settings of a HOME, for the moment that this takes. The operating system frees the lock when the process ends,
 * however it ends. The file also holds the number of the process, for the message only.
 */
final class HomeLock implements AutoCloseable {
    static final String FILE = "lock";

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long PAUSE_MILLIS = 20;

    /** A lock of the operating system is the process's: between threads, this one decides. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for who has it, but not for long. */
    static HomeLock take(Path home) throws IOException {
        IN_THIS_PROCESS.lock();
        try {
            return lock(home);
        } catch (IOException | RuntimeException failed) {
            IN_THIS_PROCESS.unlock();
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
            return new HomeLock(channel);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    private static void requireLock(FileChannel channel, Path home) throws IOException {
        long start = System.nanoTime();
        while (!tryLock(channel)) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw CliException.failed("the settings of " + home + " are being changed by another process"
                        + holder(channel) + ", and that does not get on; stop it and try again");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw CliException.failed("interrupted while waiting for " + home);
            }
        }
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
        try {
            channel.close();
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }
}
