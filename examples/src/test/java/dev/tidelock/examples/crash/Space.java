package dev.tidelock.examples.crash;

import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A relay in a process of its own, and a new space with the folders of its devices. */
final class Space implements AutoCloseable {
    private final RelayChild relay;
    private final List<Path> folders = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();

    private Space(RelayChild relay) {
        this.relay = relay;
    }

    static Space make(Path folder, int devices) throws Exception {
        return make(folder, folder, devices);
    }

    /** @param firstDevice where the first device's folder is to be */
    static Space make(Path folder, Path firstDevice, int devices) throws Exception {
        Space space = new Space(RelayChild.start(folder.resolve("relay")));
        SpaceKeys first = SpaceKeys.createSpace();
        try (HttpRelay connection = HttpRelay.at(space.relay.url(), System::currentTimeMillis)
                .open(first.space(), first.identity().publicKey(), first::tokenAt)) {
            connection.registrar().createSpace();
            for (int device = 0; device < devices; device++) {
                SpaceKeys keys = device == 0 ? first : SpaceKeys.of(first.ring(), DeviceIdentity.generate());
                connection.registrar().admit(keys.identity().publicKey());
                space.add((device == 0 ? firstDevice : folder).resolve("device-" + device), keys);
            }
        }
        return space;
    }

    private void add(Path folder, SpaceKeys keys) throws Exception {
        Device.create(folder, keys);
        folders.add(folder);
        progress.add(new Progress(keys.device()));
    }

    RelayChild relay() {
        return relay;
    }

    Path folder(int device) {
        return folders.get(device);
    }

    Path database(int device) {
        return Device.database(folders.get(device));
    }

    /** Of every device, as far as its calls returned. */
    List<Progress> progress() {
        return progress;
    }

    /** Opens a device in this process. */
    Device open(int device) throws Exception {
        Device opened = Device.prepare(folders.get(device), relay.url());
        opened.open();
        return opened;
    }

    @Override
    public void close() throws Exception {
        relay.close();
    }
}
