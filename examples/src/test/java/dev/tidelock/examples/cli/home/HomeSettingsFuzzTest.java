package dev.tidelock.examples.cli.home;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.examples.cli.common.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Any {@code settings.json} is read, or refused with one clear line. */
class HomeSettingsFuzzTest {
    @TempDir
    static Path home;

    @FuzzTest
    void read(byte[] file) throws IOException {
        Files.write(home.resolve(HomeSettings.FILE), file);
        HomeSettings settings;
        try {
            settings = HomeSettings.read(home);
        } catch (CliException refused) {
            return;
        }
        settings.write(home);
        assertEquals(settings, HomeSettings.read(home));
    }
}
