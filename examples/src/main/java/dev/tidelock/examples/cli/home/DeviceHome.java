package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.KeyFileException;
import dev.tidelock.sync.crypto.PairingPeer;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A device's folder, opened: its database, keys and settings, and the client that works on them. Several processes may have it open.
 *
 * <p>{@code store.db} is the database, {@code keys} the key file, {@code settings.json} the {@link HomeSettings}, which are changed under the {@link
 * HomeLock} on {@code lock}.
 */
public final class DeviceHome implements AutoCloseable {
    static final String STORE = "store.db";
    static final String KEYS = "keys";

    private final Path path;
    private final SpaceKeys keys;
    private final LazyRelay relay;
    private final SyncClient client;

    // Guarded by this.
    private HomeSettings settings;

    private DeviceHome(Path path, HomeSettings settings, SpaceKeys keys, Store store, Duration interval) {
        this.path = path;
        this.settings = settings;
        this.keys = keys;
        this.relay = new LazyRelay(settings.relay(), keys, settings.registered(), this::registered);
        this.client = SyncClient.builder(store, relay, keys.sealer())
                .interval(interval)
                .open();
    }

    /** Opens a HOME that {@link NewHome} has made. */
    public static DeviceHome open(Path path, Passphrase passphrase) throws IOException, KeyFileException {
        return open(path, passphrase, SyncClient.Builder.DEFAULT_INTERVAL);
    }

    /** @param interval from one sync to the next, once the client is started */
    public static DeviceHome open(Path path, Passphrase passphrase, Duration interval)
            throws IOException, KeyFileException {
        if (!Files.isDirectory(path)) {
            throw CliException.failed("there is no folder " + path
                    + "; make it with 'tidelock init HOME --relay URL' or 'tidelock join HOME URI'");
        }
        HomeSettings settings = HomeSettings.read(path);
        SpaceKeys keys = KeyFile.at(path.resolve(KEYS)).open(passphrase.forKeys(settings));
        Store store = openStore(path);
        try {
            return new DeviceHome(path, settings, keys, store, interval);
        } catch (RuntimeException failed) {
            store.close();
            throw failed;
        }
    }

    private static Store openStore(Path path) throws IOException {
        Path file = path.resolve(STORE);
        if (!Files.exists(file) || Files.size(file) == 0) {
            // Never a new one in its place: that would look as if all data were gone.
            throw CliException.failed(
                    "the database " + file
                            + " is missing or empty; restore it from a copy, or join the space with a new folder from another device");
        }
        return SqliteStore.open(file);
    }

    public SyncClient client() {
        return client;
    }

    public SpaceKeys keys() {
        return keys;
    }

    public synchronized HomeSettings settings() {
        return settings;
    }

    /** The relay's list of devices. Registers the space there first, if need be. */
    public Registrar registrar() throws TransportException {
        return new RememberingRegistrar(relay.registrar(), this::remember);
    }

    /**
     * Takes what the relay holds now for the right thing: makes the space there if it is gone, lets in the devices whose keys this one knows, and lets the
     * next sync make both sides whole. Each step may be repeated.
     *
     * @return how many devices were let in
     */
    public int acceptRelay() throws TransportException {
        Registrar registrar = relay.registerAgain();
        Map<DeviceId, byte[]> missing = knownKeys();
        registrar.members().forEach(member -> missing.remove(member.device()));
        for (byte[] publicKey : missing.values()) {
            registrar.admit(publicKey);
        }
        client.acceptRemoteLog();
        return missing.size();
    }

    /** Makes the space at another relay if it is not there, and that relay this folder's from its next opening on. */
    public synchronized void moveTo(String relayUrl) throws TransportException {
        if (!relayUrl.equals(settings.relay())) {
            NewHome.register(relayUrl, keys);
            change(known -> known.withRelay(relayUrl));
        }
    }

    /** The public keys of the space's other devices: of those that have written something, and of those that this one let in. */
    public Map<DeviceId, byte[]> knownKeys() {
        Map<DeviceId, byte[]> known = new LinkedHashMap<>();
        settings()
                .others()
                .forEach((device, other) ->
                        PublicKeys.parse(other.publicKey()).ifPresent(publicKey -> known.put(device, publicKey)));
        client.devices().forEach(device -> known.put(device.device(), device.publicKey()));
        known.remove(keys.device());
        return known;
    }

    /** The relay's mailboxes. Registers the space there first, if need be. */
    public Mailboxes mailboxes() throws TransportException {
        return relay.mailboxes();
    }

    /** When each device's last envelope was made or received here, in milliseconds. */
    public Map<DeviceId, Long> lastSeenMillis() {
        Map<DeviceId, Long> seen = new HashMap<>();
        client.devices().forEach(device -> seen.put(device.device(), device.lastSeenMillis()));
        return seen;
    }

    /** Keeps what a pairing has told of the other device. */
    public void remember(PairingPeer peer, long addedAtMillis) {
        change(known -> known.withOther(peer.device(), peer.label(), addedAtMillis));
    }

    /** Keeps what the relay has told of a device. */
    public void remember(Registrar.Member member) {
        if (!member.device().equals(keys.device())) {
            change(known -> known.withOther(member.device(), "", member.addedAtMillis()));
        }
    }

    private void remember(byte[] publicKey) {
        change(known -> known.withKey(publicKey));
    }

    private void registered() {
        try {
            change(HomeSettings::withRegistered);
        } catch (CliException | UncheckedIOException notKept) {
            // The next process registers the space once more, which changes nothing.
        }
    }

    /** On what the file says now: another process may have changed it since this one read it. */
    private synchronized void change(UnaryOperator<HomeSettings> change) {
        if (change.apply(settings).equals(settings)) {
            return;
        }
        try (HomeLock lock = HomeLock.take(path)) {
            settings = change.apply(HomeSettings.read(path));
            settings.write(path);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
