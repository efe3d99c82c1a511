package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.sqlite.StoreCheckup.Finding;
import dev.tidelock.sync.sqlite.StoreCheckup.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * For a store that fails, or that nobody trusts: says what is wrong, and saves what can be saved. Never changes the file that it looks at. Safe for
 * use by any number of threads.
 */
public final class StoreDoctor {
    private StoreDoctor() {}

    /**
     * Checks a store that is not open: SQLite's own check of every page, and that envelopes, chains, outbox and own events fit together. Works on a
     * copy beside the file, so that nothing of the file is changed, not even its log moved; the copy takes as much room as the store.
     *
     * @throws StoreException if it is open (LOCKED), or cannot be read or copied (IO, FULL)
     */
    public static StoreCheckup check(Path file) {
        Path resolved = StoreFile.resolve(file);
        try {
            if (!Files.exists(resolved) || Files.size(resolved) == 0) {
                return of(Kind.MISSING, resolved + " is missing or empty");
            }
        } catch (IOException failed) {
            throw unreadable(resolved, failed);
        }
        try (Alone alone = Alone.with(resolved)) {
            StoreFile.check(resolved);
            return checkCopy(resolved);
        } catch (StoreException refused) {
            if (refused.kind() == StoreException.Kind.NEWER_VERSION) {
                return of(Kind.NEWER_VERSION, String.valueOf(refused.getMessage()));
            }
            if (refused.kind() != StoreException.Kind.CORRUPT) {
                throw refused;
            }
            return of(Kind.UNOPENABLE, String.valueOf(refused.getMessage()));
        }
    }

    /**
     * Reads everything that a damaged store still holds, for a new one to be made of it: see {@link StoreSalvage}.
     *
     * @param owner whose store it is, as the keys say
     * @throws StoreException if it is open (LOCKED), cannot be read at all (IO), or is another device's (CORRUPT)
     */
    public static StoreSalvage salvage(Path file, StoreIdentity owner) {
        return StoreSalvage.of(file, owner);
    }

    private static StoreCheckup of(Kind kind, String detail) {
        return new StoreCheckup(List.of(new Finding(kind, detail)));
    }

    private static StoreCheckup checkCopy(Path file) {
        @Nullable Path folder = null;
        try {
            folder = Files.createTempDirectory(Objects.requireNonNull(file.getParent()), "doctor");
            Path copy = folder.resolve("store.db");
            Files.copy(file, copy);
            for (String suffix : new String[] {"-wal", "-journal"}) {
                Path beside = file.resolveSibling(file.getFileName() + suffix);
                if (Files.exists(beside)) {
                    Files.copy(beside, folder.resolve("store.db" + suffix), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return checkOpened(new Connections(JdbcDatabase::open, copy));
        } catch (IOException failed) {
            throw unreadable(file, failed);
        } finally {
            remove(folder);
        }
    }

    private static StoreCheckup checkOpened(Connections connections) {
        connections.prepare();
        List<Finding> findings = new ArrayList<>();
        Session session = connections.reader();
        try {
            new StoreInvariants(session, findings).check();
        } finally {
            session.close();
        }
        return new StoreCheckup(findings);
    }

    private static void remove(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try {
            for (String name : new String[] {"store.db", "store.db-wal", "store.db-shm", "store.db-journal"}) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        } catch (IOException left) {
            // Something else is in there, or holds it: no reason to keep the findings back.
        }
    }

    private static StoreException unreadable(Path file, IOException failed) {
        return new StoreException(
                StoreException.Kind.IO, "cannot read and copy " + file + ": " + failed.getMessage(), failed);
    }
}
