package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.KeyFileException;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/**
 * Gives a HOME a device identity of its own, in steps of which each may be the last one before the process dies:
 *
 * <ol>
 *   <li>new keys are written beside the old ones: from here on the HOME is one that wants to be renewed;
 *   <li>the old identity lets the new one in at the relay;
 *   <li>the new one takes the store over: from here on it is the HOME's;
 *   <li>the settings name the old one as another device;
 *   <li>the new keys take the place of the old ones.
 * </ol>
 *
 * <p>Up to the third step the HOME works under its old identity, and must not sync. From there on, whoever opens it next completes it, without a relay.
 */
final class Renewal {
    static final String NEXT_KEYS = "keys.next";

    /** What is done next. */
    enum Step {
        WRITE_NEXT_KEYS,
        REGISTER,
        TAKE_STORE_OVER,
        CHANGE_SETTINGS,
        CHANGE_KEYS,
        DONE
    }

    private final Path home;
    private final Passphrase passphrase;
    private final Consumer<Step> before;

    Renewal(Path home, Passphrase passphrase) {
        this(home, passphrase, step -> {});
    }

    /** @param before is told of each step */
    Renewal(Path home, Passphrase passphrase, Consumer<Step> before) {
        this.home = home;
        this.passphrase = passphrase;
        this.before = before;
    }

    /** Whether a renewal has begun, and not reached its end. */
    boolean isUnderWay() {
        return Files.exists(nextKeys().path());
    }

    private KeyFile nextKeys() {
        return KeyFile.at(home.resolve(NEXT_KEYS));
    }

    private KeyFile keys() {
        return KeyFile.at(home.resolve(DeviceHome.KEYS));
    }

    /**
     * Renews the identity: of a HOME that no client in this process works on. Another process may do the same at the same time.
     *
     * @throws TransportException if the relay does not let the new identity in; then everything is as it was, but for the new keys
     */
    void run() throws IOException, KeyFileException, TransportException {
        DeviceId former;
        try (HomeLock lock = HomeLock.take(home)) {
            former = open(keys()).device();
            if (!isUnderWay()) {
                writeNextKeys();
            }
        }
        register();
        try (HomeLock lock = HomeLock.take(home)) {
            if (isUnderWay() && open(keys()).device().equals(former)) {
                takeStoreOver();
                finish();
            }
        }
    }

    /** Does what is left of a renewal whose store has been taken over already. */
    void complete(StoreIdentity owner) throws IOException, KeyFileException {
        try (HomeLock lock = HomeLock.take(home)) {
            if (isUnderWay() && open(nextKeys()).device().equals(owner.device())) {
                finish();
            }
        }
    }

    private SpaceKeys open(KeyFile file) throws IOException, KeyFileException {
        return file.open(passphrase.forKeys(HomeSettings.read(home)));
    }

    private void writeNextKeys() throws IOException, KeyFileException {
        before.accept(Step.WRITE_NEXT_KEYS);
        SpaceKeys next = SpaceKeys.of(open(keys()).ring(), DeviceIdentity.generate());
        nextKeys().create(next, passphrase.forKeys(HomeSettings.read(home)));
    }

    /** Outside the lock: a relay may take its time. To let somebody in twice changes nothing. */
    private void register() throws IOException, KeyFileException, TransportException {
        before.accept(Step.REGISTER);
        if (!isUnderWay()) {
            return; // another process has come to the end meanwhile
        }
        HomeSettings settings = HomeSettings.read(home);
        byte[] newKey = open(nextKeys()).identity().publicKey();
        try (RelayWay.Connection relay = settings.way().connectBriefly(settings.relay(), open(keys()))) {
            if (!settings.registered()) {
                relay.registrar().createSpace();
            }
            relay.registrar().admit(newKey);
        }
    }

    private void takeStoreOver() throws IOException, KeyFileException {
        before.accept(Step.TAKE_STORE_OVER);
        SpaceKeys next = open(nextKeys());
        HomeSettings settings = HomeSettings.read(home);
        LazyRelay unused = new LazyRelay(settings.way().remote(settings.relay(), next), next, true, () -> {});
        SyncClient.builder(SqliteStore.open(home.resolve(DeviceHome.STORE)), unused, next.sealer())
                .renewIdentity()
                .open()
                .close();
    }

    private void finish() throws IOException, KeyFileException {
        before.accept(Step.CHANGE_SETTINGS);
        byte[] formerKey = open(keys()).identity().publicKey();
        HomeSettings.read(home).renewed(formerKey).write(home);
        before.accept(Step.CHANGE_KEYS);
        Files.move(
                nextKeys().path(), keys().path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        before.accept(Step.DONE);
    }

    /** Whose the store is. */
    static StoreIdentity owner(SqliteStore store, Path file) {
        StoreIdentity owner = store.read(StoreReader::identity);
        if (owner == null) {
            throw CliException.failed("the database " + file + " belongs to no device; restore it from a copy");
        }
        return owner;
    }
}
