package dev.tidelock.sync.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a database file, read without SQLite, which gives up where the first damage is. What was committed to the write-ahead log takes the
 * place of what is in the file. Formats: https://sqlite.org/fileformat.html. For one thread.
 */
final class DamagedFile implements AutoCloseable {
    /** What this library makes; the header may be what is damaged. */
    static final int PAGE_BYTES = 4096;

    private static final int LOG_HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;
    private static final int LOG_MAGIC = 0x377f0682;

    private final SeekableByteChannel database;
    private final @Nullable SeekableByteChannel log;
    private final Map<Integer, Long> inLog;
    private final int count;

    DamagedFile(Path file) throws IOException {
        database = Files.newByteChannel(file);
        Path logFile = file.resolveSibling(file.getFileName() + "-wal");
        log = Files.exists(logFile) ? Files.newByteChannel(logFile) : null;
        inLog = log == null ? new HashMap<>() : committedFrames(log);
        long pages = (database.size() + PAGE_BYTES - 1) / PAGE_BYTES;
        for (int page : inLog.keySet()) {
            pages = Math.max(pages, page);
        }
        count = (int) Math.min(pages, Integer.MAX_VALUE);
    }

    /** How many pages there are; they are numbered from 1. */
    int count() {
        return count;
    }

    /** A page; filled up with zeros if it is cut short. Null if there is none of that number, or the medium does not give it. */
    byte @Nullable [] page(int number) {
        if (number < 1 || number > count) {
            return null;
        }
        Long framed = inLog.get(number);
        try {
            return framed != null && log != null
                    ? read(log, framed, PAGE_BYTES).array()
                    : read(database, (number - 1L) * PAGE_BYTES, PAGE_BYTES).array();
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** The pages that hold nothing: whatever is in them was given up. */
    Set<Integer> free() {
        Set<Integer> free = new HashSet<>();
        byte[] first = page(1);
        int trunk = first == null ? 0 : ByteBuffer.wrap(first).getInt(32);
        while (trunk > 0 && free.add(trunk)) {
            byte[] page = page(trunk);
            if (page == null) {
                return free;
            }
            ByteBuffer in = ByteBuffer.wrap(page);
            int leaves = Math.max(0, Math.min(in.getInt(4), PAGE_BYTES / 4 - 2));
            for (int i = 0; i < leaves; i++) {
                free.add(in.getInt(8 + 4 * i));
            }
            trunk = in.getInt(0);
        }
        return free;
    }

    /** The last committed frame of each page, as far as the chain of checksums holds. */
    private static Map<Integer, Long> committedFrames(SeekableByteChannel log) throws IOException {
        Map<Integer, Long> committed = new HashMap<>();
        Map<Integer, Long> pending = new HashMap<>();
        ByteBuffer header = read(log, 0, LOG_HEADER_BYTES);
        int magic = header.getInt(0);
        if ((magic & ~1) != LOG_MAGIC || header.getInt(8) != PAGE_BYTES) {
            return committed;
        }
        boolean bigEndian = (magic & 1) != 0;
        int[] sum = {0, 0};
        add(sum, header.array(), 0, 24, bigEndian);
        boolean sound = sum[0] == header.getInt(24) && sum[1] == header.getInt(28);
        long at = LOG_HEADER_BYTES;
        int frameBytes = FRAME_HEADER_BYTES + PAGE_BYTES;
        while (sound && at + frameBytes <= log.size()) {
            ByteBuffer frame = read(log, at, frameBytes);
            add(sum, frame.array(), 0, 8, bigEndian);
            add(sum, frame.array(), FRAME_HEADER_BYTES, PAGE_BYTES, bigEndian);
            sound = frame.getLong(8) == header.getLong(16) && frame.getInt(16) == sum[0] && frame.getInt(20) == sum[1];
            if (sound) {
                pending.put(frame.getInt(0), at + FRAME_HEADER_BYTES);
                if (frame.getInt(4) != 0) {
                    committed.putAll(pending);
                    pending.clear();
                }
            }
            at += frameBytes;
        }
        return committed;
    }

    private static void add(int[] sum, byte[] bytes, int offset, int length, boolean bigEndian) {
        ByteBuffer in = ByteBuffer.wrap(bytes)
                .order(bigEndian ? java.nio.ByteOrder.BIG_ENDIAN : java.nio.ByteOrder.LITTLE_ENDIAN);
        for (int i = offset; i < offset + length; i += 8) {
            sum[0] += in.getInt(i) + sum[1];
            sum[1] += in.getInt(i + 4) + sum[0];
        }
    }

    private static ByteBuffer read(SeekableByteChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        channel.position(position);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // The next piece; what the file lacks stays zero.
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        database.close();
        if (log != null) {
            log.close();
        }
    }
}
