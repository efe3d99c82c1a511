package dev.tidelock.examples.relay;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a second relay away from a data file: for as long as the process lives, and no longer. */
final class DataFileLock implements AutoCloseable {
    private final FileChannel channel;

    private DataFileLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException if another relay holds the file, or it cannot be locked */
    static DataFileLock take(Path dataFile) throws IOException {
        Path lockFile = dataFile.resolveSibling(dataFile.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = tryLock(channel) != null;
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        if (!taken) {
            throw new IOException("another relay is using '" + dataFile + "'; stop it, or choose another data file");
        }
        return new DataFileLock(channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
