package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.HybridClock;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.sqlite.SampleNotes.Note;
import dev.tidelock.sync.sqlite.SqliteStoreOptions.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Not a test: what a put costs the store, beside what the same machine takes for two rows through plain JDBC in a file with the same settings.
 *
 * <p>Arguments: the folder for the files (the disk counts), how many notes, how many rounds.
 */
final class StoreBenchmark {
    private static final int BATCH = 1000;

    private final Path folder;
    private final List<Note> notes;
    private final List<JsonValue> values;
    private int files;

    private StoreBenchmark(Path folder, int count) {
        this.folder = folder;
        this.notes = SampleNotes.generate(count);
        this.values = notes.stream().map(note -> JsonValue.parse(note.json())).toList();
    }

    public static void main(String[] args) throws SQLException, IOException {
        Path folder = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "."), "bench");
        StoreBenchmark benchmark = new StoreBenchmark(folder, args.length > 1 ? Integer.parseInt(args[1]) : 10_000);
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        String only = args.length > 3 ? args[3] : "";
        for (Durability durability : Durability.values()) {
            for (int perTransaction : new int[] {1, BATCH}) {
                String name = durability + "/" + perTransaction;
                if (name.startsWith(only)) {
                    benchmark.compare(name, rounds, durability, perTransaction);
                }
            }
        }
    }

    private void compare(String name, int rounds, Durability durability, int perTransaction)
            throws SQLException, IOException {
        double[] floors = new double[rounds];
        double[] keyedFloors = new double[rounds];
        double[] ours = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            floors[round] = floor(durability, perTransaction, "INTEGER PRIMARY KEY, id TEXT");
            keyedFloors[round] = floor(durability, perTransaction, "INTEGER, id TEXT PRIMARY KEY");
            ours[round] = store(durability, perTransaction);
        }
        System.out.printf(
                Locale.ROOT,
                "%-18s floor %6.0f/s  floor with ids %6.0f/s  store %6.0f/s  ratio %.2f  with ids %.2f%n",
                name,
                median(floors),
                median(keyedFloors),
                median(ours),
                median(ours) / median(floors),
                median(ours) / median(keyedFloors));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private Path newFile() {
        return folder.resolve("file" + files++ + ".db");
    }

    private double perSecond(long nanos) {
        return notes.size() * 1e9 / nanos;
    }

    /** A row and an outbox row per note, as one would write it by hand. */
    private double floor(Durability durability, int perTransaction, String key) throws SQLException, IOException {
        Path file = newFile();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement setUp = connection.createStatement()) {
            setUp.execute("PRAGMA journal_mode = WAL");
            setUp.execute("PRAGMA cache_size = -8000");
            setUp.execute("PRAGMA synchronous = " + (durability == Durability.POWER_SAFE ? "FULL" : "NORMAL"));
            setUp.execute("CREATE TABLE notes (number " + key + ", json TEXT)");
            setUp.execute("CREATE TABLE outbox (seq INTEGER PRIMARY KEY, id TEXT, json TEXT)");
            connection.setAutoCommit(false);
            long began = System.nanoTime();
            try (PreparedStatement note = connection.prepareStatement("INSERT INTO notes VALUES (?, ?, ?)");
                    PreparedStatement outbox =
                            connection.prepareStatement("INSERT INTO outbox (id, json) VALUES (?, ?)")) {
                for (int i = 0; i < notes.size(); i++) {
                    note.setInt(1, i);
                    note.setString(2, notes.get(i).id());
                    note.setString(3, notes.get(i).json());
                    note.executeUpdate();
                    outbox.setString(1, notes.get(i).id());
                    outbox.setString(2, notes.get(i).json());
                    outbox.executeUpdate();
                    if ((i + 1) % perTransaction == 0) {
                        connection.commit();
                    }
                }
            }
            return perSecond(System.nanoTime() - began);
        } finally {
            delete(file);
        }
    }

    /** What the engine does for a put. */
    private double store(Durability durability, int perTransaction) throws IOException {
        Path file = newFile();
        DeviceId own = DeviceId.of(new byte[DeviceId.BYTES]);
        try (SqliteStore store = SqliteStore.open(file, SqliteStoreOptions.DEFAULTS.withDurability(durability))) {
            store.write(tx -> {
                tx.setIdentity(new StoreIdentity(SpaceId.of(new byte[SpaceId.BYTES]), own));
                return true;
            });
            long began = System.nanoTime();
            for (int i = 0; i < notes.size(); i += perTransaction) {
                int from = i;
                store.write(tx -> {
                    for (int j = from; j < Math.min(from + perTransaction, notes.size()); j++) {
                        put(tx, new RecordKey("notes", notes.get(j).id()), values.get(j), j);
                    }
                    return true;
                });
            }
            return perSecond(System.nanoTime() - began);
        } finally {
            delete(file);
            Files.deleteIfExists(Path.of(file + "-lock"));
        }
    }

    private static void put(StoreTransaction tx, RecordKey key, JsonValue value, int at) {
        StoreIdentity identity = tx.identity();
        OwnHead head = tx.ownHead();
        long reading = new HybridClock(Math.max(head.reading(), tx.observedReading()))
                .tick(1_760_000_000_000L + at)
                .reading();
        EventId id = new EventId(identity.device(), head.counter() + 1);
        RecordState before = tx.record(key);
        Stamp stamp = new Stamp(reading, identity.device());
        Event event = new Event(id, key, Op.put(value), stamp, before.heads(), new TransactionSpan(id.counter(), 1));
        tx.setRecord(key, new RecordState(value, stamp, List.of(id), stamp, List.of()));
        tx.addEvent(event, EventState.APPLIED);
    }

    private static void delete(Path file) throws IOException {
        for (String suffix : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(Path.of(file + suffix));
        }
    }
}
