package dev.tidelock.examples.bench;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.sync.status.SyncReport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;

/**
 * What is measured in a process of its own, because it should start cold and its memory should be its own. Prints one line of JSON: how many events, how long, and
 * the most memory that the process has had.
 */
public final class BenchChild {
    private BenchChild() {}

    public static void main(String[] args) throws Exception {
        long[] eventsAndNanos = switch (args[0]) {
            case "sync" -> sync(Path.of(args[1]));
            case "insert" -> insert(Path.of(args[1]), Integer.parseInt(args[2]));
            case "post" -> post(args[1], Long.parseLong(args[2]), Integer.parseInt(args[3]));
            case "idle" -> idle();
            default -> throw new IllegalArgumentException(args[0]);
        };
        System.out.println(Json.object("events", eventsAndNanos[0], "nanos", eventsAndNanos[1], "peakKib", peakKib())
                .toJson());
        System.exit(0);
    }

    /** A device's sync, from when it is asked to, until everything is sent, and what arrived can be queried. */
    private static long[] sync(Path home) throws Exception {
        try (DeviceHome device = DeviceHome.open(home, new Passphrase())) {
            long begun = System.nanoTime();
            SyncReport report = device.client().sync();
            return new long[] {report.pushed() + report.pulled(), System.nanoTime() - begun};
        }
    }

    /** The floor of a first pull: the same rows into bare SQLite, all in one transaction. */
    private static long[] insert(Path file, int count) throws Exception {
        List<Notes.Note> notes = Notes.generate(count);
        long begun = System.nanoTime();
        try (Connection connection = SqliteFloor.open(file, "NORMAL")) {
            SqliteFloor.write(connection, notes, count);
            return new long[] {count, System.nanoTime() - begun};
        }
    }

    /** The floor of a push: so many bytes in so many requests, to a server that keeps them. */
    private static long[] post(String url, long bytes, int requests) throws IOException {
        byte[] body = new byte[(int) (bytes / requests)];
        long begun = System.nanoTime();
        for (int i = 0; i < requests; i++) {
            HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
            if (connection.getResponseCode() != 200) {
                throw new IOException("the floor's server answered " + connection.getResponseCode());
            }
        }
        return new long[] {requests, System.nanoTime() - begun};
    }

    /** The floor of memory: a Java machine that has opened SQLite. */
    private static long[] idle() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE record (id TEXT PRIMARY KEY, value BLOB)");
        }
        return new long[] {0, 1};
    }

    private static long peakKib() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0; // not Linux
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }
}
