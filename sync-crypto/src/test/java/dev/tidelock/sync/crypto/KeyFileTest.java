package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.keys;
import static dev.tidelock.sync.crypto.PassphraseProtectorTest.quick;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidelock.sync.crypto.KeyFileException.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    @TempDir
    Path folder;

    private Path path;
    private KeyFile file;

    @BeforeEach
    void name() {
        path = folder.resolve("device.keys");
        file = KeyFile.at(path);
    }

    @Test
    void create_thenOpen_givesTheKeys() throws Exception {
        assertFalse(file.exists());
        file.create(keys(), quick("p"));
        assertTrue(file.exists());
        assertEquals(keys(), file.open(quick("p")));
        assertEquals(1, filesInFolder());
    }

    private long filesInFolder() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void create_withDefaults_holdsNoKeyInTheClear() throws Exception {
        SpaceKeys fresh = SpaceKeys.createSpace();
        file.create(fresh, PassphraseProtector.takeOver("correct horse".toCharArray()));
        String bytes = text(Files.readAllBytes(path));
        assertFalse(bytes.contains(text(fresh.ring().exportUnprotectedKey(1))));
        assertFalse(bytes.contains(text(fresh.identity().exportUnprotectedPrivateKey())));
        assertFalse(bytes.contains(text(fresh.space().toByteArray())));
        assertEquals(fresh, file.open(PassphraseProtector.takeOver("correct horse".toCharArray())));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void write_always_leavesTheFileToItsOwnerAlone() throws Exception {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Files.write(path, new byte[1]);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        file.replace(keys(), KeyProtector.unprotectedFilePermissionsOnly());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }

    @Test
    void create_fileThereAlready_isLeftAsItIs() throws Exception {
        file.create(keys(), quick("p"));
        byte[] before = Files.readAllBytes(path);
        KeyFileException refused =
                assertKind(Kind.ALREADY_EXISTS, () -> file.create(SpaceKeys.createSpace(), quick("q")));
        assertEquals(
                "key file " + path + ": it exists already, and was left as it is: open it, or choose another name",
                refused.getMessage());
        assertArrayEquals(before, Files.readAllBytes(path));
    }

    @Test
    void changeProtector_keepsTheKeysAndShutsTheOldPassphraseOut() throws Exception {
        file.create(keys(), quick("old"));
        file.changeProtector(quick("old"), quick("new"));
        assertKind(Kind.WRONG_PASSPHRASE_OR_DAMAGED, () -> file.open(quick("old")));
        assertEquals(keys(), file.open(quick("new")));
        file.changeProtector(quick("new"), KeyProtector.unprotectedFilePermissionsOnly());
        assertEquals(keys(), file.open(KeyProtector.unprotectedFilePermissionsOnly()));
    }

    @Test
    void changeProtector_wrongPassphrase_changesNothing() throws Exception {
        file.create(keys(), quick("old"));
        byte[] before = Files.readAllBytes(path);
        assertKind(Kind.WRONG_PASSPHRASE_OR_DAMAGED, () -> file.changeProtector(quick("odl"), quick("new")));
        assertArrayEquals(before, Files.readAllBytes(path));
    }

    @Test
    void replace_afterANewEpoch_givesTheNewKeys() throws Exception {
        file.create(keys(), quick("p"));
        SpaceKeys later = keys().withRing(keys().ring().withNewEpoch());
        file.replace(later, quick("p"));
        assertEquals(later, file.open(quick("p")));
    }

    @Test
    void replace_afterACrashLeftATemporaryFile_works() throws Exception {
        Files.write(folder.resolve("device.keys.new"), new byte[100]);
        file.create(keys(), quick("p"));
        assertEquals(keys(), file.open(quick("p")));
        assertEquals(1, filesInFolder());
    }

    @Test
    void replace_thatFails_leavesTheOldFile() throws Exception {
        file.create(keys(), quick("p"));
        // A folder in the way, with something in it: the temporary file cannot be made.
        Files.createDirectories(folder.resolve("device.keys.new").resolve("inner"));
        assertKind(Kind.IO, () -> file.replace(SpaceKeys.createSpace(), quick("p")));
        assertEquals(keys(), file.open(quick("p")));
    }

    @Test
    void open_kinds_sayWhatToDo() throws Exception {
        KeyFileException missing = assertKind(Kind.MISSING, () -> file.open(quick("p")));
        assertEquals(
                "key file " + path + ": there is no such file: create a space, or pair this device",
                missing.getMessage());
        assertKind(Kind.IO, () -> KeyFile.at(folder).open(quick("p")));
        assertKind(Kind.IO, () -> KeyFile.at(folder.resolve("no/such/folder")).create(keys(), quick("p")));
        file.create(keys(), quick("p"));
        KeyFileException wrong = assertKind(Kind.WRONG_PASSPHRASE_OR_DAMAGED, () -> file.open(quick("q")));
        assertTrue(wrong.getMessage().startsWith("key file " + path + ": the passphrase is not"), wrong.getMessage());
        Files.write(path, new byte[100_000]);
        assertKind(Kind.DAMAGED, () -> file.open(quick("p")));
    }

    private static KeyFileException assertKind(Kind expected, Executable action) {
        KeyFileException failed = assertThrows(KeyFileException.class, action);
        assertEquals(expected, failed.kind(), failed.getMessage());
        return failed;
    }

    @Test
    void messages_neverHoldThePassphraseOrAKey() throws Exception {
        file.create(keys(), quick("hunter2"));
        for (Throwable t = assertKind(Kind.WRONG_PASSPHRASE_OR_DAMAGED, () -> file.open(quick("hunter3")));
                t != null;
                t = t.getCause()) {
            assertFalse(String.valueOf(t).contains("hunter"), t.toString());
        }
        assertFalse(quick("hunter2").toString().contains("hunter"));
    }
}
