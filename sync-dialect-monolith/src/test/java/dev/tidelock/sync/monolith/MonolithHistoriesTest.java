package dev.tidelock.sync.monolith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.link.LinkTransport;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.testkit.MemoryDisk;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SeededRandom;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.TestSealer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Seeded histories of two devices of the real engine over the model of the relay, its quirks and all: lines are cut, noticed or not, processes end and start, the relay stops and starts, loses its queues, a
 * third device tries to get in. When that stops, both have everything, once, within a bounded number of syncs, and nobody was alarmed. {@code -Dtidelock.monolith.histories=N} runs more.
 */
class MonolithHistoriesTest {
    private static final int HISTORIES = Integer.getInteger("tidelock.monolith.histories", 100);
    private static final int STEPS = 40;
    private static final int ROUNDS_MAX = 3;
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    @Test
    void histories_whateverTheRelayDoes_endWithTheSameEverywhere() throws Exception {
        for (long seed = 0; seed < HISTORIES; seed++) {
            try {
                new History(seed).run();
            } catch (Throwable failed) {
                throw new AssertionError("history " + seed, failed);
            }
        }
    }

    private static final class History {
        private final MonolithWorld world;
        private final SeededRandom random;
        private final List<Device> devices;
        private final int[] added = new int[3];
        private int written;
        private int lives;

        History(long seed) {
            world = new MonolithWorld(seed);
            random = world.random.fork(1);
            devices = List.of(new Device(0), new Device(1));
        }

        void run() throws Exception {
            for (int step = 0; step < STEPS; step++) {
                step(devices.get(random.nextInt(2)));
                world.time.advance(Duration.ofMillis(random.magnitude(10, 120_000)));
            }
            settle();
        }

        private void step(Device device) {
            switch (random.nextInt(14)) {
                case 0, 1, 2 -> {
                    int counter = random.nextInt(added.length);
                    int amount = 1 + written++;
                    device.notes().op("counter-" + counter, "add", JsonValue.of(amount));
                    added[counter] += amount;
                }
                case 3 -> device.notes().put("note-" + random.nextInt(4), JsonValue.of("text " + written++));
                case 4 -> device.notes().put("long", JsonValue.of("x".repeat((int) random.magnitude(1, 200_000))));
                case 5, 6, 7 -> device.client.syncAsync();
                case 8 -> device.sockets.cut();
                case 9 -> device.sockets.cutUnnoticedByTheRelay();
                case 10 -> device.crash();
                case 11 -> {
                    world.model.stop();
                    world.time.advance(Duration.ofSeconds(random.between(0, 90)));
                    world.model.start();
                }
                case 12 -> world.model.dropQueues();
                default -> {
                    MonolithWorld.End third = world.end("third");
                    world.time.advance(Duration.ofSeconds(random.between(0, 5)));
                    third.link.close();
                }
            }
        }

        private void settle() throws Exception {
            world.time.advance(Duration.ofMinutes(10));
            for (Device device : devices) {
                assertTrue(device.link.isUp(), () -> "after the faults, a device is " + device.link.state());
            }
            for (int round = 0; round < ROUNDS_MAX; round++) {
                for (Device device : devices) {
                    device.sync();
                }
            }
            assertEquals(
                    devices.get(0).client.stateHash(), devices.get(1).client.stateHash());
            for (Device device : devices) {
                for (int counter = 0; counter < added.length; counter++) {
                    String expected = added[counter] == 0 ? "absent" : String.valueOf(added[counter]);
                    String found = device.notes()
                            .get("counter-" + counter)
                            .map(JsonValue::toJson)
                            .orElse("absent");
                    assertEquals(expected, found, "lost, or counted twice");
                }
                SyncStatus status = device.client.status();
                assertEquals(0, status.pending() + status.passingOn() + status.quarantined());
                assertEquals(List.of(), status.incidents());
            }
        }

        private final class Device {
            private final int number;
            private final MemoryDisk disk = new MemoryDisk();
            private ModelSockets sockets;
            private SimulatedRuntime runtime;
            private MonolithLink link;
            private SyncClient client;

            Device(int number) {
                this.number = number;
                open();
            }

            private void open() {
                sockets = world.sockets();
                runtime = new SimulatedRuntime(world.time, 100L * number + lives++);
                TestSealer sealer = TestSealer.of(SPACE, number);
                link = MonolithLink.builder("ws://relay.example", MonolithWorld.SESSION, "device-" + number, runtime)
                        .build(sockets);
                client = SyncClient.builder(
                                new MemoryStore(disk),
                                LinkTransport.builder(link, sealer, runtime).build(),
                                sealer)
                        .runtime(runtime)
                        .listenerExecutor(Runnable::run)
                        .open();
            }

            /** The process is gone; its line may look alive to the relay for a while. */
            void crash() {
                if (random.chance(0.5)) {
                    sockets.cut();
                }
                sockets.abandon();
                runtime.close();
                disk.crash();
                open();
            }

            Collection notes() {
                return client.collection("notes");
            }

            void sync() throws Exception {
                CompletableFuture<SyncReport> done = client.syncAsync();
                world.time.advance(Duration.ofSeconds(60));
                assertTrue(done.isDone(), "the sync does not end");
                done.get();
            }
        }
    }
}
