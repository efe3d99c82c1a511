package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.store.StoreIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database knows whether it is where it was made. */
class StoreOriginTest {
    private static final String STORE = "store.db";

    @TempDir
    Path root;

    private Path home;

    @BeforeEach
    void makeStore() throws IOException {
        home = Files.createDirectory(root.resolve("home"));
        use(home);
    }

    private static SqliteStore open(Path folder) {
        return SqliteStore.open(folder.resolve(STORE));
    }

    /** Writes, and seals as if something were sent. */
    private static void use(Path folder) {
        try (SqliteStore store = open(folder)) {
            StoreFixture.identify(store);
            store.write(tx -> {
                tx.surviveLossOfPower();
                return StoreFixture.put(tx);
            });
        }
    }

    private static boolean isCopy(Path folder) {
        try (SqliteStore store = open(folder)) {
            return store.isCopy();
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> files;
        try (Stream<Path> inside = Files.list(from)) {
            files = inside.collect(Collectors.toList());
        }
        for (Path file : files) {
            writeOver(file, to.resolve(file.getFileName()));
        }
        return to;
    }

    /** As {@code cp}: into the file that is there, if one is. */
    private static void writeOver(Path from, Path to) throws IOException {
        Files.write(to, Files.readAllBytes(from));
        if (to.toString().endsWith("-made")) {
            // The clock of a file system is coarse, and a test is quick.
            Files.setLastModifiedTime(
                    to, FileTime.fromMillis(Files.getLastModifiedTime(from).toMillis() + 1_000));
        }
    }

    @Test
    void store_whereItWasMade_isNoCopy() {
        assertFalse(isCopy(home));
        use(home);
        try (SqliteStore one = open(home);
                SqliteStore other = open(home)) {
            one.write(tx -> {
                tx.surviveLossOfPower();
                return StoreFixture.put(tx);
            });
            assertFalse(one.isCopy());
            assertFalse(other.isCopy());
        }
    }

    @Test
    void folder_copied_isACopyAndTheOriginalIsNot() throws IOException {
        Path copy = copy(home, root.resolve("copy"));
        assertTrue(isCopy(copy));
        use(copy);
        assertTrue(isCopy(copy), "it stays one until somebody takes it over");
        assertFalse(isCopy(home));
    }

    @Test
    void folder_moved_isNoCopy() throws IOException {
        assertFalse(isCopy(Files.move(home, root.resolve("moved"))));
    }

    @Test
    void backup_writtenOverTheDatabase_isACopy() throws IOException {
        Path backup = root.resolve("backup.db");
        writeOver(home.resolve(STORE), backup);
        use(home);
        writeOver(backup, home.resolve(STORE));
        assertTrue(isCopy(home));
    }

    @Test
    void backup_writtenOverTheFolder_isACopy() throws IOException {
        Path backup = copy(home, root.resolve("backup"));
        use(home);
        copy(backup, home);
        assertTrue(isCopy(home));
    }

    @Test
    void backup_afterWhichNothingWasSent_needsNoNewIdentity() throws IOException {
        Path backup = root.resolve("backup.db");
        writeOver(home.resolve(STORE), backup);
        try (SqliteStore store = open(home)) {
            store.write(StoreFixture::put);
        }
        writeOver(backup, home.resolve(STORE));
        assertFalse(isCopy(home));
    }

    @Test
    void databaseTakenOutOfItsFolder_isACopy() throws IOException {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Files.move(home.resolve(STORE), elsewhere.resolve(STORE), StandardCopyOption.ATOMIC_MOVE);
        assertTrue(isCopy(elsewhere));
    }

    @Test
    void copy_takenOver_isNoneAnyMore() throws IOException {
        Path copy = copy(home, root.resolve("copy"));
        try (SqliteStore store = open(copy);
                SqliteStore beside = open(copy)) {
            takeOver(store);
            assertFalse(store.isCopy());
            assertFalse(beside.isCopy());
        }
        assertFalse(isCopy(copy));
        assertTrue(isCopy(copy(copy, root.resolve("copy of the copy"))));
    }

    @Test
    void backup_takenOver_isNoCopyAnyMore() throws IOException {
        Path backup = root.resolve("backup.db");
        writeOver(home.resolve(STORE), backup);
        use(home);
        use(home);
        writeOver(backup, home.resolve(STORE));
        try (SqliteStore store = open(home)) {
            takeOver(store);
        }
        assertFalse(isCopy(home));
    }

    private static void takeOver(SqliteStore store) {
        byte[] id = new byte[DeviceId.BYTES];
        Arrays.fill(id, (byte) 7);
        store.write(tx -> {
            tx.removeEvents(StoreFixture.IDENTITY.device(), 1);
            tx.replaceIdentity(new StoreIdentity(StoreFixture.IDENTITY.space(), DeviceId.of(id)));
            return true;
        });
    }

    @Test
    void fileSystemWithoutKeys_tellsOnlyThatADatabaseIsOlder() throws IOException {
        Path store = root.resolve("keyless.db");
        openWithKey(store, null).close();
        Path copy = root.resolve("copied.db");
        writeOver(store, copy);
        try (SqliteStore copied = openWithKey(copy, null)) {
            assertFalse(copied.isCopy());
        }
        // Where there are keys from now on, the place becomes known.
        openWithKey(store, "1").close();
        try (SqliteStore again = openWithKey(store, "1")) {
            assertFalse(again.isCopy());
        }
        try (SqliteStore elsewhere = openWithKey(store, "2")) {
            assertTrue(elsewhere.isCopy());
        }
        try (SqliteStore unknown = openWithKey(store, null)) {
            assertFalse(unknown.isCopy());
        }
    }

    private static SqliteStore openWithKey(Path file, String key) {
        return SqliteStore.open(file, SqliteStoreOptions.DEFAULTS, JdbcDatabase::open, ignored -> key);
    }

    @Test
    void keyOfTheFileSystem_isANumberThatStaysWithTheFile() throws IOException {
        Path moved = Files.move(home.resolve(STORE), root.resolve("moved.db"));
        String key = FileKey.OF_FILE_SYSTEM.of(moved);
        assertEquals(key, FileKey.OF_FILE_SYSTEM.of(Files.move(moved, home.resolve(STORE))));
    }
}
