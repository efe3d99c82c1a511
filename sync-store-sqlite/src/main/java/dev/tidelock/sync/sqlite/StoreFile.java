package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Looks at a database file before SQLite does, so that a file which is not a store of this library is never touched. The header, as far as it is
 * read (https://sqlite.org/fileformat.html):
 *
 * <pre>
 * offset  size  field (big endian)
 *      0    16  "SQLite format 3" and a zero byte
 *     16     2  page size; 1 stands for 65536
 *     28     4  size of the file, in pages
 *     60     4  user version: the version of our tables
 *     68     4  application id
 * </pre>
 */
final class StoreFile {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 100;
    private static final int PAGE_SIZE_AT = 16;
    private static final int PAGES_AT = 28;
    private static final int USER_VERSION_AT = 60;
    private static final int APPLICATION_ID_AT = 68;

    private StoreFile() {}

    /** The one path of a file, whichever way it is named. Its folder must be there. */
    static Path resolve(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null || Files.isDirectory(absolute)) {
            throw new StoreException(Kind.IO, absolute + " is a folder; a store is a file", null);
        }
        if (!Files.isDirectory(parent)) {
            throw new StoreException(Kind.IO, "there is no folder " + parent + "; make it first", null);
        }
        try {
            return Files.exists(absolute)
                    ? absolute.toRealPath()
                    : parent.toRealPath().resolve(absolute.getFileName());
        } catch (IOException failed) {
            throw new StoreException(Kind.IO, "cannot find " + absolute + ": " + failed.getMessage(), failed);
        }
    }

    /** @throws StoreException if there is a file that is not a store, or a store of a newer version */
    static void check(Path file) {
        if (Files.exists(file.resolveSibling(file.getFileName() + "-journal"))) {
            return; // the process ended while it made the store: SQLite takes that back first
        }
        try {
            if (Files.exists(file) && Files.size(file) > 0) {
                check(file, readHeader(file));
            }
        } catch (IOException failed) {
            throw new StoreException(Kind.IO, "cannot read " + file + ": " + failed, failed);
        }
    }

    private static ByteBuffer readHeader(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            while (header.hasRemaining() && channel.read(header) >= 0) {
                // The next piece.
            }
        }
        ((Buffer) header).flip();
        return header;
    }

    private static void check(Path file, ByteBuffer header) throws IOException {
        byte[] magic = new byte[MAGIC.length];
        if (header.remaining() == HEADER_BYTES) {
            header.get(magic);
        }
        if (!Arrays.equals(magic, MAGIC)) {
            throw new StoreException(Kind.CORRUPT, file + " is not a store: not a SQLite database, or damaged", null);
        }
        requireOurs(file.toString(), header.getInt(APPLICATION_ID_AT), header.getInt(USER_VERSION_AT));
        int pageSize = header.getShort(PAGE_SIZE_AT) & 0xffff;
        long bytes = (pageSize == 1 ? 65536L : pageSize) * (header.getInt(PAGES_AT) & 0xffffffffL);
        // Measured once more at the end: another process may have moved what was missing from its log just now.
        if (Files.size(file) < bytes && !hasWriteAheadLog(file) && Files.size(file) < bytes) {
            throw new StoreException(
                    Kind.CORRUPT,
                    file + " is damaged: of its " + bytes + " bytes, only " + Files.size(file) + " are there",
                    null);
        }
    }

    /** What the database lacks may be in the log that belongs to it. */
    private static boolean hasWriteAheadLog(Path file) throws IOException {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        return Files.exists(log) && Files.size(log) > 0;
    }

    static void requireOurs(String file, int applicationId, int version) {
        if (applicationId != Schema.APPLICATION_ID || version < 1) {
            throw new StoreException(
                    Kind.CORRUPT, file + " is a SQLite database, but not a store of this library", null);
        }
        if (version > Schema.VERSION) {
            throw new StoreException(
                    Kind.NEWER_VERSION,
                    file + " has tables of version " + version + "; this library knows them up to version "
                            + Schema.VERSION + ". Update the app, or use another file",
                    null);
        }
    }
}
