package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.bundle.OfflineTransport;
import dev.tidelock.sync.cell.StateCells;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.KeyFileException;
import dev.tidelock.sync.crypto.PairingPeer;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.sqlite.SqliteStore;
import dev.tidelock.sync.sqlite.TableSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A device's folder, opened: its database, keys and settings, and the client that works on them. Several processes may have it open.
 *
 * <p>{@code store.db} is the database, {@code keys} the key file ({@code keys.next}, if there is one: the next one, see {@link Renewal}), {@code settings.json} the {@link HomeSettings}, which are changed under the {@link
 * HomeLock} on {@code lock}.
 */
public final class DeviceHome implements AutoCloseable {
    static final String STORE = "store.db";
    static final String KEYS = "keys";

    private final Path path;
    private final Passphrase passphrase;
    private final Duration interval;

    // Guarded by this.
    private Opened opened;
    private HomeSettings settings;

    /** What belongs to one identity. */
    private record Opened(
            HomeSettings settings,
            SpaceKeys keys,
            SqliteStore store,
            LazyRelay relay,
            LazyLink link,
            SyncRuntime runtime,
            SyncClient client) {}

    private DeviceHome(Path path, Passphrase passphrase, Duration interval) throws IOException, KeyFileException {
        this.path = path;
        this.passphrase = passphrase;
        this.interval = interval;
        this.opened = openAll();
        this.settings = opened.settings;
    }

    /** Opens a HOME that {@link NewHome} has made. */
    public static DeviceHome open(Path path, Passphrase passphrase) throws IOException, KeyFileException {
        return open(path, passphrase, SyncClientBuilder.DEFAULT_INTERVAL);
    }

    /** @param interval from one sync to the next, once the client is started */
    public static DeviceHome open(Path path, Passphrase passphrase, Duration interval)
            throws IOException, KeyFileException {
        if (!Files.isDirectory(path)) {
            throw CliException.failed("there is no folder " + path
                    + "; make it with 'tidelock init HOME --relay URL' or 'tidelock join HOME URI'");
        }
        HomeSettings.read(path); // a folder that is no HOME is told as that, not as one without a database
        return new DeviceHome(path, passphrase, interval);
    }

    private Opened openAll() throws IOException, KeyFileException {
        SqliteStore store = openStore(path);
        try {
            Renewal renewal = new Renewal(path, passphrase);
            if (renewal.isUnderWay()) {
                renewal.complete(Renewal.owner(store, path.resolve(STORE)));
            }
            HomeSettings now = HomeSettings.read(path);
            SpaceKeys keys = KeyFile.at(path.resolve(KEYS)).open(passphrase.forKeys(now));
            LazyRelay relay = new LazyRelay(now.relay(), now.way(), keys, now.registered(), this::registered);
            SyncRuntime runtime = new SystemRuntime();
            LazyLink link = now.way() == RelayWay.MONOLITH ? new LazyLink(path, now.relay(), keys, runtime) : null;
            Transport transport = link != null ? link : now.way() == RelayWay.NONE ? new OfflineTransport() : relay;
            SyncClient client = SyncClient.builder(store, transport, keys.sealer())
                    .interval(interval)
                    .runtime(runtime)
                    .open();
            return new Opened(now, keys, store, relay, link, runtime, client);
        } catch (IOException | KeyFileException | RuntimeException failed) {
            store.close();
            throw failed;
        }
    }

    private static SqliteStore openStore(Path path) throws IOException {
        Path file = path.resolve(STORE);
        if (!Files.exists(file) || Files.size(file) == 0) {
            // Never a new one in its place: that would look as if all data were gone.
            throw CliException.failed(
                    "the database " + file
                            + " is missing or empty; restore it from a copy, or join the space with a new folder from another device");
        }
        return SqliteStore.open(file);
    }

    private synchronized Opened opened() {
        return opened;
    }

    public SyncClient client() {
        return opened().client;
    }

    public SpaceKeys keys() {
        return opened().keys;
    }

    /** Where another device is linked directly: lets it come to the end of what it has begun. */
    public void finishWithPeer() throws InterruptedException {
        LazyLink link = opened().link;
        if (link != null) {
            link.awaitQuiet();
        }
    }

    /** The session in which the space's devices meet at a relay that only forwards. */
    public String session() {
        return LazyLink.session(keys());
    }

    /** The database's tables. */
    public List<TableSize> tables() {
        return opened().store.tables();
    }

    /** Whether this folder was copied or restored, so that it must not sync before it is {@linkplain #renew renewed}. */
    public boolean needsRenewal() {
        return opened().store.isCopy() || new Renewal(path, passphrase).isUnderWay();
    }

    /** Whether another process has renewed the identity since this one opened the folder. */
    public boolean isRenewedElsewhere() {
        Opened now = opened();
        return !Renewal.owner(now.store, path.resolve(STORE)).device().equals(now.keys.device());
    }

    /**
     * Makes this folder a device of its own, unless another process has done so: with a new identity, which the relay lets in, and all data. The client is another one
     * after that. Listeners are to be added again.
     *
     * @throws TransportException if the relay cannot be reached, or does not let the new identity in; the folder then is as it was
     */
    public void renew() throws IOException, KeyFileException, TransportException {
        boolean renewed = isRenewedElsewhere();
        close(opened());
        try {
            if (!renewed) {
                new Renewal(path, passphrase).run();
            }
        } finally {
            use(openAll());
        }
    }

    private synchronized void use(Opened again) {
        opened = again;
        settings = again.settings;
    }

    public synchronized HomeSettings settings() {
        return settings;
    }

    /** The relay's list of devices. Registers the space there first, if need be. */
    public Registrar registrar() throws TransportException {
        return new RememberingRegistrar(opened().relay.registrar(), this::remember);
    }

    /**
     * Takes what the relay holds now for the right thing: makes the space there if it is gone, lets in the devices whose keys this one knows, and lets the
     * next sync make both sides whole. Each step may be repeated.
     *
     * @return how many devices were let in
     */
    public int acceptRelay() throws TransportException {
        Registrar registrar = opened().relay.registerAgain();
        Map<DeviceId, byte[]> missing = knownKeys();
        registrar.members().forEach(member -> missing.remove(member.device()));
        for (byte[] publicKey : missing.values()) {
            registrar.admit(publicKey);
        }
        client().acceptRemoteLog();
        return missing.size();
    }

    /** Makes the space at another relay if it is not there, and that relay this folder's from its next opening on. */
    public synchronized void moveTo(String relayUrl) throws TransportException {
        if (!relayUrl.equals(settings.relay())) {
            NewHome.register(relayUrl, settings.way(), keys());
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
        client().devices().forEach(device -> known.put(device.device(), device.publicKey()));
        known.remove(keys().device());
        return known;
    }

    /**
     * The space's cells, over plain HTTP. Registers the space there first, if need be.
     *
     * @throws TransportException if the relay cannot be asked, or is of a kind that has none
     */
    public StateCells cells() throws TransportException {
        return new StateCells(opened().relay.cells(), keys().sealer(), System::currentTimeMillis);
    }

    /** The relay's mailboxes. Registers the space there first, if need be. */
    public Mailboxes mailboxes() throws TransportException {
        return opened().relay.mailboxes();
    }

    /** When each device's last envelope was made or received here, in milliseconds. */
    public Map<DeviceId, Long> lastSeenMillis() {
        Map<DeviceId, Long> seen = new HashMap<>();
        client().devices().forEach(device -> seen.put(device.device(), device.lastSeenMillis()));
        return seen;
    }

    /** Keeps what a pairing has told of the other device. */
    public void remember(PairingPeer peer, long addedAtMillis) {
        change(known -> known.withOther(peer.device(), peer.label(), addedAtMillis));
    }

    /** Keeps what the relay has told of a device. */
    public void remember(Registrar.Member member) {
        if (!member.device().equals(keys().device())) {
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
        close(opened());
    }

    private static void close(Opened opened) {
        opened.client.close();
        opened.runtime.close();
    }
}
