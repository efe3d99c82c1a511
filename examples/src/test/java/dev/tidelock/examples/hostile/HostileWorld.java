package dev.tidelock.examples.hostile;

import dev.tidelock.examples.relay.RelayServer;
import dev.tidelock.examples.relay.RelaySettings;
import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A relay, the liar in front of it, and devices of one space that know nothing else. */
final class HostileWorld implements AutoCloseable {
    private final Path folder;
    private final List<HostileDevice> devices = new ArrayList<>();
    private final LyingProxy proxy;
    private RelayServer relay;

    HostileWorld(Path folder, int deviceCount) throws IOException, TransportException {
        this.folder = folder;
        this.relay = RelayServer.start(RelaySettings.of(dataFile()));
        this.proxy = new LyingProxy(relay.url());
        SpaceKeys first = SpaceKeys.createSpace();
        devices.add(new HostileDevice(0, first, proxy.url(), folder));
        devices.get(0).registrar().createSpace();
        for (int i = 1; i < deviceCount; i++) {
            SpaceKeys keys = SpaceKeys.of(first.ring(), DeviceIdentity.generate());
            devices.get(0).registrar().admit(keys.identity().publicKey());
            devices.add(new HostileDevice(i, keys, proxy.url(), folder));
        }
    }

    private Path dataFile() {
        return folder.resolve("relay.db");
    }

    Path copy() {
        return folder.resolve("relay-copy.db");
    }

    List<HostileDevice> devices() {
        return devices;
    }

    HostileDevice device(int number) {
        return devices.get(number);
    }

    int trueLogLength() throws TransportException {
        return devices.get(0).logLengthAt(relay.url());
    }

    LyingProxy proxy() {
        return proxy;
    }

    /** What an operator does to the data file of a relay. */
    interface Operation {
        void on(RelayFile file) throws Exception;
    }

    /** Stops the relay, does this, and starts it again at the same address. */
    void operate(Operation operation) throws Exception {
        int port = URI.create(relay.url()).getPort();
        relay.close();
        operation.on(new RelayFile(dataFile()));
        relay = RelayServer.start(RelaySettings.of(dataFile()).withPort(port));
    }

    @Override
    public void close() throws IOException {
        devices.forEach(HostileDevice::close);
        proxy.close();
        relay.close();
    }
}
