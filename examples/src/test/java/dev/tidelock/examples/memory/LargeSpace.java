package dev.tidelock.examples.memory;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.NewHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.examples.cli.home.RelayWay;
import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.SpaceKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A relay in a process of its own, and two devices of one space: one that writes, and one that has nothing yet. */
final class LargeSpace implements AutoCloseable {
    private static final String RELAY_HEAP = "-Xmx256m";
    private static final long SEED = 1;

    private final Path folder;
    private final CliProcess relay;
    private final String relayUrl;
    private final SpaceKeys keys;

    private LargeSpace(Path folder, CliProcess relay, String relayUrl, SpaceKeys keys) {
        this.folder = folder;
        this.relay = relay;
        this.relayUrl = relayUrl;
        this.keys = keys;
    }

    static LargeSpace make(Path folder) throws Exception {
        String data = folder.resolve("relay.db").toString();
        CliProcess relay = CliProcess.start(
                List.of(RELAY_HEAP, "-XX:+UseSerialGC"),
                SmallHeap.MAIN,
                "relay",
                "--port",
                "0",
                "--data",
                data,
                "--json");
        String url = relay.jsonLine().get("url").asString();
        SpaceKeys keys = SpaceKeys.createSpace();
        NewHome.register(url, keys);
        LargeSpace space = new LargeSpace(folder, relay, url, keys);
        NewHome.at(space.writer(), new Passphrase()).create(keys, url, RelayWay.HTTP, true, "writer");
        return space;
    }

    Path writer() {
        return folder.resolve("writer");
    }

    String relayUrl() {
        return relayUrl;
    }

    long relayPid() {
        return relay.pid();
    }

    /** Writes so many changes, and sends none. */
    void write(Content content, int events) throws Exception {
        Random random = new Random(SEED);
        try (DeviceHome device = DeviceHome.open(writer(), new Passphrase())) {
            int[] next = {0};
            while (next[0] < events) {
                int end = Math.min(events, next[0] + content.perTransaction());
                device.client().transaction(tx -> {
                    while (next[0] < end) {
                        content.write(tx, next[0]++, random);
                    }
                    return end;
                });
            }
        }
    }

    /** Makes a device that has nothing yet, and reaches the relay at this address. */
    Path freshDevice(String name, String url) throws Exception {
        Path home = folder.resolve(name);
        SpaceKeys own = SpaceKeys.of(keys.ring(), DeviceIdentity.generate());
        NewHome.at(home, new Passphrase()).create(own, url, RelayWay.HTTP, true, name);
        try (DeviceHome device = DeviceHome.open(writer(), new Passphrase())) {
            device.registrar().admit(own.identity().publicKey());
        }
        return home;
    }

    @Override
    public void close() throws Exception {
        relay.close();
    }
}
