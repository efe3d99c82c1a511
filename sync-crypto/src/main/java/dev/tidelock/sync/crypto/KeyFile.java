package dev.tidelock.sync.crypto;

import dev.tidelock.sync.crypto.KeyFileException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A device's keys at rest.
 *
 * <p>What it promises: the keys can be read only with the protector that they were written with; any changed byte is noticed;
 * a write happens as a whole or not at all, and once it has returned it survives a crash; only the owner of the file may read it,
 * where the file system knows owners. What it does not: two processes that write the same file at once are not kept apart,
 * and an older copy of the file still opens with the protector of its time.
 *
 * <p>Calls block, for as long as the protector takes. For one thread at a time. The format is described in {@code
 * docs/adr/0005-keys-at-rest.md}.
 */
public final class KeyFile {
    private final Path path;

    private KeyFile(Path path) {
        this.path = path;
    }

    /** The key file with this name, whether it is there or not. Its folder must be there. */
    public static KeyFile at(Path path) {
        return new KeyFile(path);
    }

    /** The file, as given; it may not be there yet. */
    public Path path() {
        return path;
    }

    /** Whether the file is there. Says nothing of whether it can be opened. */
    public boolean exists() {
        return Files.exists(path);
    }

    /**
     * Writes the keys of a device that has no key file yet.
     *
     * @throws KeyFileException of kind {@code ALREADY_EXISTS} if there is one: it may hold the only copy of other keys
     */
    public void create(SpaceKeys keys, KeyProtector protector) throws KeyFileException {
        if (exists()) {
            throw located(new KeyFileException(
                    Kind.ALREADY_EXISTS,
                    "it exists already, and was left as it is: open it, or choose another name",
                    null));
        }
        replace(keys, protector);
    }

    /** Reads the keys. */
    public SpaceKeys open(KeyProtector protector) throws KeyFileException {
        byte[] file = read();
        try {
            return KeyFileFormat.decode(file, protector);
        } catch (KeyFileException unreadable) {
            throw located(unreadable);
        }
    }

    /** Writes keys in the place of what is there, if anything is: after a new epoch, say. */
    public void replace(SpaceKeys keys, KeyProtector protector) throws KeyFileException {
        try {
            AtomicFile.write(path, KeyFileFormat.encode(keys, protector));
        } catch (KeyFileException notWrapped) {
            throw located(notWrapped);
        } catch (IOException failed) {
            throw located(new KeyFileException(
                    Kind.IO, "it could not be written (" + failed + "); what was there before is still there", failed));
        }
    }

    /**
     * Protects the same keys in another way: with another passphrase or other parameters, say. The keys do not change, so
     * whoever has an older copy of the file and its protector still has them; a new key epoch is what shuts them out.
     */
    public void changeProtector(KeyProtector before, KeyProtector after) throws KeyFileException {
        replace(open(before), after);
    }

    /** The content of a key file, for an app that keeps it elsewhere. */
    public static byte[] toBytes(SpaceKeys keys, KeyProtector protector) throws KeyFileException {
        return KeyFileFormat.encode(keys, protector);
    }

    /** Reads what {@link #toBytes} made. */
    public static SpaceKeys fromBytes(byte[] file, KeyProtector protector) throws KeyFileException {
        return KeyFileFormat.decode(file, protector);
    }

    private byte[] read() throws KeyFileException {
        try {
            long size = Files.size(path);
            if (size > KeyFileFormat.BYTES_MAX) {
                throw located(new KeyFileException(
                        Kind.DAMAGED,
                        "it has " + size + " bytes, and a key file has at most " + KeyFileFormat.BYTES_MAX
                                + ": this is some other file",
                        null));
            }
            return Files.readAllBytes(path);
        } catch (NoSuchFileException missing) {
            throw located(new KeyFileException(
                    Kind.MISSING, "there is no such file: create a space, or pair this device", missing));
        } catch (IOException failed) {
            throw located(new KeyFileException(Kind.IO, "it could not be read (" + failed + ")", failed));
        }
    }

    private KeyFileException located(KeyFileException problem) {
        return new KeyFileException(problem.kind(), "key file " + path + ": " + problem.getMessage(), problem);
    }

    @Override
    public String toString() {
        return "KeyFile[" + path + "]";
    }
}
