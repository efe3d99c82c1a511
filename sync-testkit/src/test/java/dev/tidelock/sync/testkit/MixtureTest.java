package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.bundle.OfflineTransport;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.link.LinkTransport;
import dev.tidelock.sync.spi.link.LinkListener;
import dev.tidelock.sync.spi.transport.PeerTransport;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.LinkStatus;
import dev.tidelock.sync.status.SyncStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Devices that sync with a relay and with each other, and some that have no relay: what one has reaches all. */
class MixtureTest {
    private final VirtualTime time = new VirtualTime();
    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(LinkWorld.SPACE, 1, time::millis);
    private final List<Device> devices = new ArrayList<>();

    @AfterEach
    void close() {
        devices.forEach(device -> device.client.close());
    }

    private SimulatedLine line(String name) {
        return new SimulatedLine(time, name.hashCode(), 4096, name);
    }

    /** One end of a line. */
    private record End(SimulatedLine line, int side) {}

    private Device device(int number, boolean atTheRelay, End... ends) {
        Device device = new Device(number, atTheRelay, List.of(ends));
        devices.add(device);
        return device;
    }

    private final class Device {
        private final TestSealer sealer;
        private final boolean atTheRelay;
        private final List<End> ends;
        private final MemoryDisk disk = new MemoryDisk();
        private SimulatedRuntime runtime;
        private SyncClient client;
        private int lives;

        Device(int number, boolean atTheRelay, List<End> ends) {
            this.sealer = TestSealer.of(LinkWorld.SPACE, number);
            this.atTheRelay = atTheRelay;
            this.ends = ends;
            relay.admit(sealer.publicKey());
            open();
        }

        private void open() {
            runtime = new SimulatedRuntime(time, 100L * sealer.device().hashCode() + lives++);
            List<PeerTransport> links = new ArrayList<>();
            for (End end : ends) {
                links.add(LinkTransport.builder(end.line.end(end.side), sealer, runtime)
                        .answerWithin(Duration.ofSeconds(2))
                        .build());
            }
            Transport main = atTheRelay
                    ? new SimulatedTransport(relay, sealer.device())
                    : links.isEmpty() ? new OfflineTransport() : links.remove(0);
            SyncClientBuilder builder = SyncClient.builder(new MemoryStore(disk), main, sealer)
                    .runtime(runtime)
                    .listenerExecutor(Runnable::run);
            links.forEach(builder::link);
            client = builder.open();
            client.start();
        }

        void crash() {
            runtime.close();
            disk.crash();
            open();
        }

        void add(String id, int amount) {
            client.collection("notes").op(id, "add", JsonValue.of(amount));
        }

        String get(String id) {
            return client.collection("notes").get(id).map(JsonValue::toJson).orElse("absent");
        }
    }

    private void assertSame() {
        String hash = devices.get(0).client.stateHash();
        for (Device device : devices) {
            assertEquals(hash, device.client.stateHash());
            SyncStatus status = device.client.status();
            assertEquals(List.of(), status.incidents());
            assertEquals(0, status.quarantined());
            assertEquals(0, status.pending() + status.passingOn(), () -> "device " + devices.indexOf(device) + status);
        }
    }

    @Test
    void chainOfThree_withoutARelay_carriesEverythingToTheEnds() {
        SimulatedLine left = line("left");
        SimulatedLine right = line("right");
        Device one = device(1, false, new End(left, 0));
        Device middle = device(2, false, new End(left, 1), new End(right, 0));
        Device end = device(3, false, new End(right, 1));
        one.add("n", 1);
        middle.add("n", 10);
        end.add("n", 100);
        time.advance(Duration.ofMinutes(3));
        assertEquals("111", one.get("n"));
        assertSame();
        one.add("n", 1000);
        time.advance(Duration.ofSeconds(10));
        assertEquals("1111", end.get("n"), "while all are there, it is quick");
        List<LinkStatus> links = middle.client.links();
        assertEquals(1, links.size());
        assertTrue(links.get(0).live() && links.get(0).blockedBy() == BlockedBy.NOTHING);
    }

    @Test
    void deviceBehindALink_reachesTheRelayAndIsReached() {
        SimulatedLine line = line("desk");
        Device desktop = device(1, true, new End(line, 0));
        Device companion = device(2, false, new End(line, 1));
        Device elsewhere = device(3, true);
        companion.add("n", 1);
        elsewhere.add("n", 10);
        desktop.add("n", 100);
        time.advance(Duration.ofMinutes(3));
        assertEquals("111", companion.get("n"));
        assertEquals("111", elsewhere.get("n"));
        assertSame();
        line.cut();
        companion.add("n", 1000);
        time.advance(Duration.ofMinutes(3));
        assertEquals("111", elsewhere.get("n"));
        assertEquals(BlockedBy.OFFLINE, desktop.client.links().get(0).blockedBy());
        assertEquals(SyncStatus.State.SYNCED, desktop.client.status().state(), "the relay has all of it");
        line.mend();
        time.advance(Duration.ofMinutes(3));
        assertEquals("1111", elsewhere.get("n"));
        assertSame();
    }

    /** A phone whose app sleeps: the line stands, and nobody answers. */
    @Test
    void otherDeviceSleeps_theRelayHardlyWaits_andAllIsThereOnceItWakes() {
        SimulatedLine line = line("desk");
        Device desktop = device(1, true, new End(line, 0));
        line.end(1).open(new LinkListener() {
            @Override
            public void received(byte[] frame) {
                // it sleeps
            }

            @Override
            public void lineChanged() {
                // it sleeps
            }
        });
        time.advance(Duration.ofMinutes(5));
        long slowestNanos = 0;
        for (int i = 1; i <= 500; i++) {
            desktop.add("n", 1);
            long begun = time.nanos();
            while (desktop.client.status().pending() > 0) {
                time.advance(Duration.ofMillis(250));
            }
            slowestNanos = Math.max(slowestNanos, time.nanos() - begun);
        }
        assertEquals(BlockedBy.OFFLINE, desktop.client.links().get(0).blockedBy());
        Duration slowest = Duration.ofNanos(slowestNanos);
        assertTrue(slowest.compareTo(Duration.ofSeconds(5)) < 0, () -> "the relay was left waiting for " + slowest);
        Device awake = device(2, false, new End(line, 1));
        time.advance(Duration.ofSeconds(10));
        assertEquals("500", awake.get("n"));
        assertSame();
    }

    @Test
    void link_namesTwice_areRefused() {
        LinkTransport one = LinkTransport.builder(
                        line("x").end(0), TestSealer.of(LinkWorld.SPACE, 1), new SimulatedRuntime(time, 1))
                .build();
        LinkTransport other = LinkTransport.builder(
                        line("x").end(0), TestSealer.of(LinkWorld.SPACE, 1), new SimulatedRuntime(time, 1))
                .build();
        SyncClientBuilder builder = SyncClient.builder(new MemoryStore(), one, TestSealer.of(LinkWorld.SPACE, 1));
        assertThrows(IllegalArgumentException.class, () -> builder.link(other));
    }

    @Test
    void histories_ofAMixture_endWithTheSameEverywhere() {
        for (int seed = 0; seed < Integer.getInteger("tidelock.mixture.histories", 40); seed++) {
            try {
                history(seed);
            } catch (Throwable failed) {
                throw new AssertionError("history " + seed, failed);
            }
        }
    }

    /** A ring: the relay, a device at it, one behind that, one behind that which is at the relay too; and one at the relay only. */
    private void history(int seed) {
        close();
        devices.clear();
        relay.reset();
        SeededRandom random = new SeededRandom(seed);
        List<SimulatedLine> lines = List.of(line("first-" + seed), line("second-" + seed));
        device(1, true, new End(lines.get(0), 0));
        device(2, false, new End(lines.get(0), 1), new End(lines.get(1), 0));
        device(3, true, new End(lines.get(1), 1));
        device(4, true);
        int sum = 0;
        for (int step = 0; step < 40; step++) {
            Device device = random.pick(devices);
            SimulatedLine line = random.pick(lines);
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> {
                    int amount = 1 + random.nextInt(100);
                    device.add("n", amount);
                    sum += amount;
                }
                case 4 -> device.client.collection("notes").put("text", JsonValue.of("by step " + step));
                case 5 -> line.cut();
                case 6 -> line.mend();
                case 7 -> line.setFaults(0.3 * random.nextDouble(), 0.3, 0.3, Duration.ofSeconds(2));
                case 8 -> line.playBack(random.nextInt(2));
                default -> device.crash();
            }
            time.advance(Duration.ofMillis(random.magnitude(10, 60_000)));
        }
        lines.forEach(SimulatedLine::heal);
        lines.forEach(SimulatedLine::mend);
        time.advance(Duration.ofMinutes(30));
        assertEquals(sum == 0 ? "absent" : String.valueOf(sum), devices.get(1).get("n"));
        assertSame();
    }
}
