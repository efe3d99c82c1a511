package dev.tidelock.examples.crash;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.KeyFileException;
import dev.tidelock.sync.crypto.KeyProtector;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpLimits;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** One device: its folder, its keys, its way to the relay, and its client while that is open. */
final class Device implements AutoCloseable {
    private final Path folder;
    private final SpaceKeys keys;
    private final HttpRelay relay;
    private SqliteStore store;
    private SyncClient client;

    private Device(Path folder, SpaceKeys keys, HttpRelay relay) {
        this.folder = folder;
        this.keys = keys;
        this.relay = relay;
    }

    /** Makes its folder. */
    static void create(Path folder, SpaceKeys keys) throws IOException, KeyFileException {
        Files.createDirectories(folder);
        KeyFile.at(folder.resolve("keys")).create(keys, KeyProtector.unprotectedFilePermissionsOnly());
    }

    /** Reads the keys, and makes what needs no database. */
    static Device prepare(Path folder, String relayUrl) throws KeyFileException {
        return prepare(folder, relayUrl, HttpLimits.DEFAULTS);
    }

    static Device prepare(Path folder, String relayUrl, HttpLimits limits) throws KeyFileException {
        SpaceKeys keys = KeyFile.at(folder.resolve("keys")).open(KeyProtector.unprotectedFilePermissionsOnly());
        HttpRelay relay = HttpRelay.at(relayUrl, System::currentTimeMillis)
                .limits(limits)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt);
        return new Device(folder, keys, relay);
    }

    static Path database(Path folder) {
        return folder.resolve("store.db");
    }

    HttpRelay relay() {
        return relay;
    }

    SpaceKeys keys() {
        return keys;
    }

    void open() {
        open(transport -> transport);
    }

    void open(UnaryOperator<Transport> wrap) {
        store = SqliteStore.open(database(folder));
        boolean opened = false;
        try {
            client = SyncClient.builder(store, wrap.apply(relay.transport()), keys.sealer())
                    .interval(Duration.ofSeconds(1))
                    .debounce(Duration.ofMillis(2))
                    .massDeleteGuard(Integer.MAX_VALUE, 100) // the script deletes and writes anew all the time
                    .open();
            opened = true;
        } finally {
            if (!opened) {
                store.close();
            }
        }
    }

    SyncClient client() {
        return client;
    }

    SqliteStore store() {
        return store;
    }

    /** The counter of the last event that it wrote. */
    long lastCounter() {
        return store.read(reader -> reader.ownHead().counter());
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        relay.close();
    }
}
