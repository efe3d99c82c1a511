package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.relay.RelayServer;
import dev.tidelock.examples.relay.RelaySettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of {@code docs/quickstart.md} is {@link TwoDevices}, and it does what it says. */
class TwoDevicesTest {
    @TempDir
    Path folder;

    @Test
    void program_ofTheQuickstart_isThatWhichIsTested() throws Exception {
        Path source = MarkdownFiles.root().resolve("examples/src/main/java/dev/tidelock/examples/demo/TwoDevices.java");
        String file = Files.readString(source);
        assertEquals(file.substring(file.indexOf("import ")), Programs.ofText("docs/quickstart.md"));
    }

    @Test
    void program_showsOnOneDeviceWhatTheOtherHasWritten() throws Exception {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream screen = System.out;
        try (RelayServer server = RelayServer.start(RelaySettings.of(folder.resolve("relay.db")))) {
            System.setOut(new PrintStream(told, true, StandardCharsets.UTF_8));
            TwoDevices.main(new String[] {server.url()});
        } finally {
            System.setOut(screen);
        }
        assertTrue(
                told.toString(StandardCharsets.UTF_8).contains("holds Note[title=Hello, done=false]"), told::toString);
    }
}
