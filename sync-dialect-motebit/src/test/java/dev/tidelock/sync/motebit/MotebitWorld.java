package dev.tidelock.sync.motebit;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.testkit.MemoryDisk;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SeededRandom;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.TestSealer;
import dev.tidelock.sync.testkit.VirtualTime;
import dev.tidelock.sync.testkit.motebit.MotebitAnswer;
import dev.tidelock.sync.testkit.motebit.MotebitModel;
import dev.tidelock.sync.testkit.motebit.MotebitRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import okhttp3.Response;

/** Devices of one space, with the real engine, at a model of the relay; and what can go wrong between them, from a seed. One thread, and no time of its own. */
final class MotebitWorld implements AutoCloseable {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    final VirtualTime time = new VirtualTime();
    final MotebitModel model = new MotebitModel(time::millis);
    final MotebitIdentity identity = MotebitIdentity.ofUnprotectedSeed(new byte[32]);
    final List<Device> devices = new ArrayList<>();
    private final SeededRandom random;
    private final Network network = new Network();
    private final Deque<MotebitRequest> late = new ArrayDeque<>();
    private int strangers;

    /** Runs once, within the next push: after its sender has looked at the log, and before the relay has the request. */
    Runnable withinNextPush = () -> {};

    /** How often each fault happens; none at the start. */
    double faults;

    MotebitWorld(long seed) {
        random = new SeededRandom(seed);
    }

    /** Between the devices and the relay. */
    private final class Network extends ModelInterceptor {
        private int requests;

        Network() {
            super(model);
        }

        @Override
        public Response intercept(Chain chain) throws IOException {
            requests++;
            MotebitRequest request = read(chain.request());
            if (request.path().endsWith("/push")) {
                Runnable first = withinNextPush;
                withinNextPush = () -> {};
                first.run();
            }
            if (happens()) {
                throw new IOException("the request was lost");
            }
            if (request.path().endsWith("/push") && happens()) {
                late.add(request);
                throw new IOException("the request took too long");
            }
            MotebitAnswer answer = model.handle(request);
            if (happens()) {
                answer = model.handle(request);
            }
            if (happens()) {
                throw new IOException("the answer was lost");
            }
            return response(chain.request(), happens() ? cut(answer) : answer);
        }

        private MotebitAnswer cut(MotebitAnswer whole) {
            String part = whole.body().substring(0, random.nextInt(whole.body().length()));
            return new MotebitAnswer(whole.status(), whole.headers(), part, true);
        }

        private boolean happens() {
            return faults > 0 && random.chance(faults);
        }
    }

    /** Some of what is pushed is counted, and not stored. */
    void dropSome(double share) {
        model.storeOnly(event -> share == 0 || !random.chance(share));
    }

    /** What took too long arrives after all: perhaps after others have gone on. */
    void arriveLate(int atMost) {
        for (int i = 0; i < atMost && !late.isEmpty(); i++) {
            model.handle(late.remove());
        }
    }

    /** Somebody who has no seed writes into the log: garbage, copies of what is there, with clocks of his choice. */
    void strangerWrites() {
        List<JsonValue> there = model.events(identity.motebitId());
        JsonValue clock = random.chance(0.3)
                ? JsonValue.of((1L << 53) - random.nextInt(3))
                : random.chance(0.3) ? JsonValue.of("7.5") : JsonValue.of(random.nextInt(2000));
        Map<String, JsonValue> event = new HashMap<>();
        boolean copies = !there.isEmpty() && random.chance(0.5);
        if (copies) {
            event.putAll(random.pick(there).asObject().members());
        } else {
            JsonObject payload = JsonObject.EMPTY
                    .with("_encrypted", JsonValue.of(random.chance(0.5)))
                    .with("_data", JsonValue.of(random.chance(0.5) ? "{\"c\":\"\",\"n\":\"\",\"t\":\"\"}" : "no JSON"));
            event.put("payload", random.chance(0.5) ? payload : JsonValue.of(1));
            event.put("event_type", JsonValue.of("key_rotated"));
        }
        event.put(
                "event_id",
                random.chance(0.2)
                        ? JsonValue.of("stranger-" + strangers++)
                        : JsonValue.of(new java.util.UUID(random.nextLong(), random.nextLong()).toString()));
        event.put("motebit_id", JsonValue.of(random.chance(0.1) ? "another" : identity.motebitId()));
        event.put("version_clock", clock);
        model.insert(identity.motebitId(), JsonValue.object(event));
    }

    /** The last event of the log stands far in front of it from now on: as if it had got its clock long ago, and had come late. */
    void lowerLastClock() {
        List<JsonValue> there = model.events(identity.motebitId());
        JsonObject last = there.get(there.size() - 1).asObject();
        Map<String, Object> table = model.backup();
        table.remove(last.get("event_id").asString());
        model.restore(table);
        model.insert(identity.motebitId(), last.with("version_clock", JsonValue.of(2)));
    }

    Device device() throws Exception {
        Device device = new Device(devices.size() + 1, new MemoryDisk());
        devices.add(device);
        return device;
    }

    /** A copy of a device: it has its disk, and its identity. */
    Device copyOf(Device device) throws Exception {
        Device copy = new Device(device.number, device.disk.copy());
        devices.add(copy);
        return copy;
    }

    SeededRandom random() {
        return random;
    }

    int requests() {
        return network.requests;
    }

    /** Syncs all devices until they show the same, with nothing waiting anywhere. @return how many times each has synced */
    int settle(int roundsMax) throws Exception {
        faults = 0;
        dropSome(0);
        arriveLate(Integer.MAX_VALUE);
        for (int round = 1; round <= roundsMax; round++) {
            for (Device device : devices) {
                device.sync();
            }
            if (isSettled()) {
                return round;
            }
        }
        throw new AssertionError("not settled after " + roundsMax + " syncs each: " + describe());
    }

    private boolean isSettled() {
        String first = devices.get(0).client.stateHash();
        return devices.stream()
                .allMatch(device -> device.client.stateHash().equals(first)
                        && device.client.status().state() == SyncStatus.State.SYNCED);
    }

    String describe() {
        StringBuilder out = new StringBuilder();
        devices.forEach(device -> out.append('\n').append(device.client.status()));
        return out.toString();
    }

    @Override
    public void close() {
        devices.forEach(device -> device.client.close());
    }

    /** An app on a device. It can be started again: what it remembers of the log is gone then. */
    final class Device {
        final int number;
        final MemoryDisk disk;
        final SimulatedRuntime runtime;
        MotebitRelay relay;
        SyncClient client;
        private int starts;

        private Device(int number, MemoryDisk disk) throws Exception {
            this.number = number;
            this.disk = disk;
            this.runtime = new SimulatedRuntime(time, number * 1000L + devices.size());
            open(builder -> builder, number);
        }

        private void open(java.util.function.UnaryOperator<SyncClientBuilder> setUp, int identityNumber)
                throws Exception {
            TestSealer sealer = TestSealer.of(SPACE, identityNumber);
            relay = MotebitRelay.at("http://relay.test", new SimulatedRuntime(time, ++starts))
                    .okHttpClient(network.client())
                    .signatures(sealer::isSigned)
                    .open(SPACE, identity, sealer.device());
            if (starts == 1 || identityNumber != number) {
                relay.register();
            }
            client = setUp.apply(SyncClient.builder(new MemoryStore(disk), relay.transport(), sealer)
                            .runtime(new SimulatedRuntime(time, number * 1000L + starts)))
                    .open();
        }

        void restart() throws Exception {
            client.close();
            disk.crash();
            open(builder -> builder, number);
        }

        void renew(int newNumber) throws Exception {
            client.close();
            open(SyncClientBuilder::renewIdentity, newNumber);
        }

        void add(String id, int amount) {
            client.collection("notes").op(id, "add", JsonValue.of(amount));
        }

        String get(String id) {
            return client.collection("notes").get(id).map(JsonValue::toJson).orElse("absent");
        }

        void sync() throws Exception {
            var done = client.syncAsync();
            time.runDue();
            if (!done.isDone()) {
                throw new AssertionError("a sync goes through at once");
            }
            try {
                done.get();
            } catch (ExecutionException failed) {
                throw (Exception) failed.getCause();
            }
        }

        void trySyncUnchecked() {
            try {
                trySync();
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        }

        /** @return whether it went through */
        boolean trySync() throws Exception {
            try {
                sync();
                return true;
            } catch (SyncException failed) {
                return false;
            }
        }
    }

    void pass(Duration duration) {
        time.advance(duration);
    }
}
