package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Names the place of a database: the file that it is in, and the moment in which it was made.
 *
 * <p>A file system gives the key of a removed file to the next one, so that a folder that was removed and restored often has the keys it had. An empty
 * file beside the database, {@code -made}, keeps the moment: nothing ever writes to it, so only what copies it, or writes over it, changes its times.
 */
final class StorePlace {
    private StorePlace() {}

    /** The name; null if the file system has no keys. */
    static @Nullable String of(Path database, FileKey keys) {
        try {
            String key = keys.of(database);
            return key == null ? null : key + " " + madeAt(database.resolveSibling(database.getFileName() + "-made"));
        } catch (IOException failed) {
            throw new StoreException(Kind.IO, "cannot look at " + database + ": " + failed.getMessage(), failed);
        }
    }

    private static String madeAt(Path mark) throws IOException {
        try {
            Files.createFile(mark);
        } catch (FileAlreadyExistsException asItShould) {
            // It was made with the database.
        }
        return Files.getLastModifiedTime(mark).toInstant().toString();
    }
}
