package dev.tidelock.examples.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;

/** Copies a relay's data file, as it is at one moment, while the relay goes on with it. */
public final class RelayBackup {
    private RelayBackup() {}

    /**
     * Copies it.
     *
     * @param to must not be there yet
     * @return the length of the copy, in bytes
     * @throws IOException if that is not possible; the message says why, and nothing is left at {@code to}
     */
    public static long copy(Path dataFile, Path to) throws IOException {
        if (!Files.isRegularFile(dataFile)) {
            throw new IOException("there is no data file '" + dataFile + "'");
        }
        if (Files.exists(to)) {
            throw new IOException("'" + to + "' is there already; choose another name for the copy");
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(10_000);
        try (Connection connection = config.createConnection("jdbc:sqlite:" + dataFile.toAbsolutePath());
                PreparedStatement copying = connection.prepareStatement("VACUUM INTO ?")) {
            copying.setString(1, to.toAbsolutePath().toString());
            copying.executeUpdate();
            return Files.size(to);
        } catch (SQLException failed) {
            Files.deleteIfExists(to);
            throw new IOException("'" + dataFile + "' could not be copied: " + failed.getMessage(), failed);
        }
    }
}
