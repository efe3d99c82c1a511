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
 *     60     4  user version: the version of our tables
 *     68     4  application id
 * </pre>
 */
final class StoreFile {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 100;
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
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        try {
            if (!Files.exists(file) || Files.size(file) == 0) {
                return;
            }
            try (SeekableByteChannel channel = Files.newByteChannel(file)) {
                while (header.hasRemaining() && channel.read(header) >= 0) {
                    // The next piece.
                }
            }
        } catch (IOException failed) {
            throw new StoreException(Kind.IO, "cannot read " + file + ": " + failed, failed);
        }
        check(file, header);
    }

    private static void check(Path file, ByteBuffer header) {
        ((Buffer) header).flip();
        byte[] magic = new byte[MAGIC.length];
        if (header.remaining() == HEADER_BYTES) {
            header.get(magic);
        }
        if (!Arrays.equals(magic, MAGIC)) {
            throw new StoreException(Kind.CORRUPT, file + " is not a store: not a SQLite database, or damaged", null);
        }
        requireOurs(file.toString(), header.getInt(APPLICATION_ID_AT), header.getInt(USER_VERSION_AT));
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
