package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.KeyFileException;
import dev.tidelock.sync.crypto.PairingPeer;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes a HOME: in a folder beside it, which takes its name when everything is there. So there never is half a HOME. */
public final class NewHome {
    private final Path path;
    private final Passphrase passphrase;

    private NewHome(Path path, Passphrase passphrase) {
        this.path = path.toAbsolutePath().normalize();
        this.passphrase = passphrase;
    }

    /** @param path nothing yet, or an empty folder */
    public static NewHome at(Path path, Passphrase passphrase) throws IOException {
        NewHome made = new NewHome(path, passphrase);
        made.requireRoom();
        return made;
    }

    private void requireRoom() throws IOException {
        if (Files.exists(path.resolve(HomeSettings.FILE))) {
            throw CliException.failed(
                    path + " is a device's folder already, and was left as it is; choose another one");
        }
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw CliException.failed(path + " is a file; a new or an empty folder is accepted");
        }
        try (Stream<Path> inside = Files.list(path)) {
            if (inside.findAny().isPresent()) {
                throw CliException.failed(path + " is not empty; a new or an empty folder is accepted");
            }
        }
    }

    public boolean hasPassphrase() {
        return passphrase.isGiven();
    }

    /** Registers the space at a relay of ours. */
    public static void register(String relayUrl, SpaceKeys keys) throws TransportException {
        register(relayUrl, RelayWay.HTTP, keys);
    }

    /** Registers the space, or this device of it, at the relay. */
    public static void register(String relayUrl, RelayWay way, SpaceKeys keys) throws TransportException {
        try (RelayWay.Connection relay = way.connectBriefly(relayUrl, keys)) {
            relay.registrar().createSpace();
        }
    }

    /**
     * Makes the HOME of the first device of a space.
     *
     * @param registered whether the relay has the space already
     */
    public void create(SpaceKeys keys, String relayUrl, RelayWay way, boolean registered, String label)
            throws IOException, KeyFileException {
        build(keys, HomeSettings.fresh(relayUrl, way, registered, hasPassphrase(), label));
    }

    /** Makes the HOME of a device that was let into a space. */
    public void createJoined(SpaceKeys keys, String relayUrl, RelayWay way, String label, PairingPeer inviter)
            throws IOException, KeyFileException {
        HomeSettings settings = HomeSettings.fresh(relayUrl, way, true, hasPassphrase(), label);
        build(keys, settings.withOther(inviter.device(), inviter.label(), 0));
    }

    private void build(SpaceKeys keys, HomeSettings settings) throws IOException, KeyFileException {
        Path parent = path.getParent();
        if (parent == null) {
            throw CliException.usage(path + " cannot be a device's folder");
        }
        Files.createDirectories(parent);
        Path building = Files.createTempDirectory(parent, ".tidelock-new-");
        try {
            KeyFile.at(building.resolve(DeviceHome.KEYS)).create(keys, passphrase.forNewKeys());
            // Opened once, so that the database knows whose it is.
            SyncClient.builder(
                            SqliteStore.open(building.resolve(DeviceHome.STORE)),
                            new LazyRelay(settings.way().remote(settings.relay(), keys), keys, true, () -> {}),
                            keys.sealer())
                    .open()
                    .close();
            settings.write(building);
            Files.move(building, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException | AtomicMoveNotSupportedException taken) {
            throw CliException.failed(
                    path + " could not be made: something is there by now; choose another folder", taken);
        } finally {
            removeIfThere(building);
        }
    }

    private static void removeIfThere(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> inside = Files.walk(folder)) {
            all = inside.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
