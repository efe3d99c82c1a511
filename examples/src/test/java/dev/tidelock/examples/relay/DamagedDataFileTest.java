package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay does not begin to answer from a file that it cannot trust. */
class DamagedDataFileTest {
    @TempDir
    Path folder;

    @Test
    void start_anyPageLostOrTheFileCutShort_saysWhatToDo() throws Exception {
        Path file = folder.resolve("relay.db");
        RelaySettings settings = RelaySettings.of(file);
        try (TestSpace space = TestSpace.start(settings, 2)) {
            space.connect(0).transport().push(space.next(0, 20, 2000));
        }
        byte[] whole = Files.readAllBytes(file);
        int pages = whole.length / 4096;
        int refused = 0;
        for (int page = 1; page <= pages; page++) {
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, (page - 1) * 4096, page * 4096, (byte) 0x5a);
            Files.write(file, damaged);
            refused += saysWhatToDo(settings) ? 1 : 0;
        }
        assertTrue(
                refused >= pages / 3,
                refused + " of " + pages); // the rest are parts of long rows: bytes as good as any
        Files.write(file, Arrays.copyOf(whole, whole.length - 4096));
        assertTrue(saysWhatToDo(settings));
        Files.write(file, whole);
        RelayServer.start(settings).close();
    }

    private static boolean saysWhatToDo(RelaySettings settings) {
        try (RelayServer started = RelayServer.start(settings)) {
            return false;
        } catch (IOException damaged) {
            assertTrue(damaged.getMessage().contains("restore a backup"), damaged.getMessage());
            return true;
        }
    }
}
