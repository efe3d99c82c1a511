package dev.tidelock.sync.testkit;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.link.LinkTransport;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.status.SyncReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** Two devices and the line between them; no relay. */
final class LinkWorld implements AutoCloseable {
    static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    final VirtualTime time = new VirtualTime();
    final SimulatedLine line;
    final Device one;
    final Device other;

    private final long key;

    LinkWorld(long seed) {
        this(seed, 1);
    }

    /** @param key of the space */
    LinkWorld(long seed, long key) {
        this.key = key;
        line = new SimulatedLine(time, seed, 4096);
        one = new Device(0);
        other = new Device(1);
        time.runDue();
    }

    List<Device> devices() {
        return List.of(one, other);
    }

    @Override
    public void close() {
        devices().forEach(device -> device.client.close());
    }

    void syncBoth(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            one.sync();
            other.sync();
        }
    }

    private TestSealer sealerOf(long number) {
        return TestSealer.of(SPACE, number).withKeys(Map.of(1, key));
    }

    final class Device {
        final int side;
        TestSealer sealer;
        MemoryDisk disk = new MemoryDisk();
        MemoryStore store;
        SyncClient client;
        private SimulatedRuntime runtime;
        private int lives;

        private Device(int side) {
            this.side = side;
            this.sealer = sealerOf(side);
            open(false);
        }

        private void open(boolean renewed) {
            runtime = new SimulatedRuntime(time, 100L * side + lives++);
            store = new MemoryStore(disk);
            SyncClientBuilder builder = SyncClient.builder(store, transport(), sealer)
                    .runtime(runtime)
                    .listenerExecutor(Runnable::run);
            client = (renewed ? builder.renewIdentity() : builder).open();
        }

        private Transport transport() {
            return LinkTransport.builder(line.end(side), sealer, runtime)
                    .answerWithin(Duration.ofSeconds(2))
                    .build();
        }

        void crash() {
            runtime.close();
            disk.crash();
            open(false);
        }

        /** Goes on with an earlier state of the disk, as the same device or as another one. */
        void restore(MemoryDisk earlier) {
            runtime.close();
            disk = earlier;
            open(false);
        }

        /** Another device, new to the space, comes to this end. */
        void replace(long number) {
            client.close();
            runtime.close();
            sealer = sealerOf(number);
            disk = new MemoryDisk();
            open(false);
        }

        void renew(long number) {
            client.close();
            runtime.close();
            sealer = sealerOf(number);
            open(true);
        }

        CompletableFuture<SyncReport> ask() {
            CompletableFuture<SyncReport> done = client.syncAsync();
            time.runDue();
            return done;
        }

        SyncReport sync() throws Exception {
            CompletableFuture<SyncReport> done = ask();
            if (!done.isDone()) {
                throw new AssertionError("the sync does not end");
            }
            try {
                return done.get();
            } catch (ExecutionException failed) {
                throw (Exception) failed.getCause();
            }
        }

        void put(String id, String text) {
            client.collection("notes").put(id, JsonValue.of(text));
        }

        void add(String id, int amount) {
            client.collection("notes").op(id, "add", JsonValue.of(amount));
        }

        String get(String id) {
            return client.collection("notes").get(id).map(JsonValue::toJson).orElse("absent");
        }

        List<Incident> openIncidents() {
            return new ArrayList<>(client.status().incidents())
                    .stream().filter(Incident::open).collect(Collectors.toList());
        }
    }
}
