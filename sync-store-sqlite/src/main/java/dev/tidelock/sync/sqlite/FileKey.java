package dev.tidelock.sync.sqlite;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells a file from every copy of it, as far as its file system does. */
@FunctionalInterface
interface FileKey {
    /** The machine's. */
    FileKey OF_FILE_SYSTEM = FileKey::inode;

    /** What stays the same however the file is renamed and written to, and is another one for a copy; null if nothing does that. */
    @Nullable
    String of(Path file) throws IOException;

    /** The number of the file alone: that of the device changes from one mount to the next. */
    private static @Nullable String inode(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        Matcher inode = Pattern.compile("ino=([0-9]+)").matcher(String.valueOf(key));
        return inode.find() && keepsInodes(file) ? inode.group(1) : null;
    }

    /** File systems without inodes of their own make some up, and other ones after the next mount. */
    private static boolean keepsInodes(Path file) throws IOException {
        try {
            FileStore store = Files.getFileStore(file);
            String type = store.type().toLowerCase(Locale.ROOT);
            return !type.contains("fat") && !type.contains("fuse") && !type.equals("msdos") && !type.equals("9p");
        } catch (SecurityException | UnsupportedOperationException android) {
            return true; // an app's own folder there is on a file system that has them
        }
    }
}
