package dev.tidelock.examples.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.KnownDevice;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.sqlite.SqliteStore;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A device as an app has it: a database, keys, a way to the relay. It remembers what it was told is kept. */
final class HostileDevice {
    private final int number;
    private final SpaceKeys keys;
    private final HttpRelay relay;
    private final SyncClient client;
    private final List<String> written = new ArrayList<>();

    HostileDevice(int number, SpaceKeys keys, String relayUrl, Path folder) {
        this.number = number;
        this.keys = keys;
        this.relay = HttpRelay.at(relayUrl, System::currentTimeMillis)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt);
        this.client = SyncClient.builder(
                        SqliteStore.open(folder.resolve("device-" + number + ".db")), relay.transport(), keys.sealer())
                .open();
    }

    DeviceId id() {
        return keys.device();
    }

    SyncClient client() {
        return client;
    }

    Registrar registrar() {
        return relay.registrar();
    }

    List<String> written() {
        return written;
    }

    /** Writes a record of its own, counts it in a shared one, and overwrites one that all devices write. */
    void write() {
        String id = "note " + written.size() + " of device " + number;
        client.transaction(tx -> {
            tx.put("notes", id, JsonValue.parse("{\"by\":" + number + "}"));
            tx.op("counters", "notes", "add", JsonValue.of(1));
            tx.put("notes", "everybody's", JsonValue.of(id));
            return null;
        });
        written.add(id);
    }

    /** Syncs as far as the relay lets it; what comes of it is for the status. The loop must outlive all of it. */
    void trySync() throws InterruptedException {
        try {
            client.sync();
        } catch (SyncException told) {
            assertNotEquals(BlockedBy.BUG, told.blockedBy(), told::toString);
        }
        requireHasItsOwn();
        SyncStatus status = client.status();
        if (status.pending() + status.quarantined() > 0) {
            assertNotEquals(SyncStatus.State.SYNCED, status.state(), status::toString);
        }
    }

    void requireHasItsOwn() {
        for (String id : written) {
            assertEquals(
                    "{\"by\":" + number + "}",
                    client.collection("notes").get(id).orElseThrow().toJson());
        }
    }

    /** Does what the user would do about a log that is another one. */
    void acceptIfAsked() throws TransportException {
        if (client.status().blockedBy() == BlockedBy.UNKNOWN_LOG) {
            relay.registrar().createSpace();
            for (KnownDevice known : client.devices()) {
                relay.registrar().admit(known.publicKey());
            }
            client.acceptRemoteLog();
        }
    }

    /** Does what the user would do about bytes that nobody made; what a device wrote cannot be discarded, and fails here. */
    void discardJunk() {
        for (QuarantineItem item : client.quarantine()) {
            client.discardQuarantined(item.id());
        }
    }

    /** How many envelopes the relay shows to this device. */
    int logLength() throws TransportException {
        return logLength(relay);
    }

    /** How many there are at the relay behind the liar. */
    int logLengthAt(String url) throws TransportException {
        try (HttpRelay honest = HttpRelay.at(url, System::currentTimeMillis)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt)) {
            return logLength(honest);
        }
    }

    private static int logLength(HttpRelay relay) throws TransportException {
        PullResult.Page page = (PullResult.Page) relay.transport().pull(PullRequest.missing(Map.of(), 0));
        return page.entries().size();
    }

    void close() {
        client.close();
        relay.close();
    }
}
