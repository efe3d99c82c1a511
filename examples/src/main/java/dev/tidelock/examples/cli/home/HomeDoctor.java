package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.KeyFileException;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.sqlite.SqliteStore;
import dev.tidelock.sync.sqlite.StoreCheckup;
import dev.tidelock.sync.sqlite.StoreDoctor;
import dev.tidelock.sync.sqlite.StoreSalvage;
import dev.tidelock.sync.status.SyncException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Looks after the database of a HOME that may not open. */
public final class HomeDoctor {
    private final Path home;

    private HomeDoctor(Path home) {
        this.home = home;
    }

    /**
     * What was saved.
     *
     * @param envelopes sealed envelopes, of all devices
     * @param envelopesLost those that were found and cannot be used
     * @param unsent this device's changes that no relay has
     * @param unsentLost those of them that are known to be lost
     * @param needsNewIdentity whether this folder's device may not go on, and the unsent changes are in {@code file}
     * @param file where the damaged database is now, or the unsent changes are
     */
    public record Saved(
            int damagedPages,
            int envelopes,
            int envelopesLost,
            int unsent,
            long unsentLost,
            boolean needsNewIdentity,
            Path file) {}

    public static HomeDoctor of(Path home) throws IOException {
        HomeSettings.read(home); // says it if this is no device's folder
        return new HomeDoctor(home);
    }

    public StoreCheckup check() {
        return StoreDoctor.check(store());
    }

    private Path store() {
        return home.resolve(DeviceHome.STORE);
    }

    /** Makes a new database of what the old one still holds, and puts it in its place; the old one stays beside it. */
    public Saved salvage(Passphrase passphrase)
            throws IOException, KeyFileException, SyncException, InterruptedException {
        if (!Files.exists(store())) {
            throw CliException.failed(
                    "there is no database " + store() + " to save anything from; restore a copy, or join"
                            + " the space with a new folder from another device");
        }
        HomeSettings settings = HomeSettings.read(home);
        HomeLock lock = HomeLock.take(home);
        try {
            SpaceKeys keys = KeyFile.at(home.resolve(DeviceHome.KEYS)).open(passphrase.forKeys(settings));
            StoreIdentity owner = new StoreIdentity(keys.space(), keys.device());
            try (StoreSalvage salvage = StoreDoctor.salvage(store(), owner)) {
                return salvage.needsNewIdentity() ? keepUnsent(salvage) : replace(salvage, keys);
            }
        } finally {
            lock.close();
        }
    }

    private Saved replace(StoreSalvage salvage, SpaceKeys keys)
            throws IOException, SyncException, InterruptedException {
        Path fresh = free("store.db.saved");
        int made;
        try (SyncClient client = SyncClient.builder(SqliteStore.open(fresh), salvage.transport(), keys.sealer())
                .open()) {
            client.sync();
            made = salvage.makeAgain(client);
        }
        Path old = free("store.db.damaged");
        for (String suffix : List.of("-wal", "-shm", "-journal", "-lock", "-made")) {
            Path beside = home.resolve(DeviceHome.STORE + suffix);
            if (Files.exists(beside)) {
                Files.move(beside, home.resolve(old.getFileName() + suffix));
            }
        }
        Files.move(store(), old);
        Files.move(fresh, store());
        for (String suffix : List.of("-lock", "-made")) {
            Files.move(home.resolve(fresh.getFileName() + suffix), home.resolve(DeviceHome.STORE + suffix));
        }
        return saved(salvage, salvage.unsentLost() + salvage.unsent().size() - made, old);
    }

    /** As lines that {@code tidelock tx} takes. */
    private Saved keepUnsent(StoreSalvage salvage) throws IOException {
        Path file = free("unsent.jsonl");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Event event : salvage.unsent()) {
                out.write(line(event).toJson());
                out.newLine();
            }
        }
        return saved(salvage, salvage.unsentLost(), file);
    }

    private static JsonObject line(Event event) {
        Op op = event.op();
        JsonObject line = Json.object(
                "op",
                op.kind() == Op.Kind.NAMED ? op.name() : op.kind().name().toLowerCase(Locale.ROOT),
                "collection",
                event.key().collection(),
                "id",
                event.key().id());
        return op.kind() == Op.Kind.DELETE ? line : line.with("value", op.value());
    }

    private static Saved saved(StoreSalvage salvage, long unsentLost, Path file) {
        return new Saved(
                salvage.damagedPages(),
                salvage.envelopes(),
                salvage.envelopesLost(),
                salvage.unsent().size(),
                unsentLost,
                salvage.needsNewIdentity(),
                file);
    }

    /** A name that nothing has yet. */
    private Path free(String name) {
        Path path = home.resolve(name);
        for (int i = 2; Files.exists(path); i++) {
            path = home.resolve(name + "-" + i);
        }
        return path;
    }
}
