package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.internal.codec.EventBatchCodec;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.HybridClock;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

/** One relay, devices that sync through it, and members that write whatever a test wants them to. */
final class TestSpace implements AutoCloseable {
    static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    final VirtualTime time = new VirtualTime();
    final SimulatedRelay relay = SimulatedRelay.forTestSealers(SPACE, 1, this::relayMillis);
    private final List<SyncClient> open = new ArrayList<>();

    private Duration relayAhead = Duration.ZERO;

    private long relayMillis() {
        return time.millis() + relayAhead.toMillis();
    }

    /** From now on the relay's clock is ahead by this. */
    void setRelayAhead(Duration ahead) {
        relayAhead = ahead;
    }

    @Override
    public void close() {
        open.forEach(SyncClient::close);
    }

    Device device(int number) {
        return device(number, new MemoryDisk(), setUp -> setUp);
    }

    Device device(int number, MemoryDisk disk, UnaryOperator<SyncClientBuilder> setUp) {
        return device(TestSealer.of(SPACE, number), number, disk, through -> through, setUp);
    }

    /** A device whose transport the test gets between. */
    Device through(int number, UnaryOperator<Transport> through) {
        return device(TestSealer.of(SPACE, number), number, new MemoryDisk(), through, setUp -> setUp);
    }

    /** Somebody goes on with what is on a disk, as that very device. */
    Device reopened(Device device, MemoryDisk disk) {
        return device(device.sealer, 99, disk, through -> through, setUp -> setUp);
    }

    /** @param life tells the runs of one device apart */
    Device device(
            TestSealer sealer,
            int life,
            MemoryDisk disk,
            UnaryOperator<Transport> through,
            UnaryOperator<SyncClientBuilder> setUp) {
        return new Device(sealer, life, disk, through, setUp);
    }

    /** The store of another device, copied, under an identity of its own. */
    Device renewed(int number, MemoryDisk disk) {
        return device(number, disk, SyncClientBuilder::renewIdentity);
    }

    Member member(int number) {
        return new Member(TestSealer.of(SPACE, number));
    }

    Member member(TestSealer sealer) {
        return new Member(sealer);
    }

    static void syncAll(Device... devices) throws Exception {
        for (int round = 0; round < 3; round++) {
            for (Device device : devices) {
                device.sync();
            }
        }
    }

    /** A device as an app uses it. */
    final class Device {
        final TestSealer sealer;
        final MemoryDisk disk;
        final MemoryStore store;
        final SimulatedRuntime runtime;
        final SyncClient client;

        private Device(
                TestSealer sealer,
                int life,
                MemoryDisk disk,
                UnaryOperator<Transport> through,
                UnaryOperator<SyncClientBuilder> setUp) {
            this.sealer = sealer;
            this.disk = disk;
            this.store = new MemoryStore(disk);
            this.runtime = new SimulatedRuntime(time, life);
            relay.admit(sealer.publicKey());
            Transport transport = through.apply(new SimulatedTransport(relay, sealer.device()));
            this.client = setUp.apply(SyncClient.builder(store, transport, sealer)
                            .runtime(runtime)
                            .listenerExecutor(Runnable::run))
                    .open();
            open.add(client);
        }

        void add(String id, int amount) {
            client.collection("notes").op(id, "add", JsonValue.of(amount));
        }

        void put(String id, String text) {
            client.collection("notes").put(id, JsonValue.of(text));
        }

        String get(String id) {
            return client.collection("notes").get(id).map(JsonValue::toJson).orElse("absent");
        }

        List<EventId> heads(String id) {
            return store.read(
                    reader -> reader.record(new RecordKey("notes", id)).heads());
        }

        /** A sync runs as a task of the simulated runtime. */
        void sync() throws Exception {
            var done = client.syncAsync();
            time.runDue();
            assertTrue(done.isDone(), "a sync goes through at once");
            try {
                done.get();
            } catch (ExecutionException failed) {
                throw (Exception) failed.getCause();
            }
        }

        List<Incident.Kind> openIncidents() {
            List<Incident.Kind> kinds = new ArrayList<>();
            client.status().incidents().stream().filter(Incident::open).forEach(one -> kinds.add(one.kind()));
            return kinds;
        }
    }

    /** A device that has the keys of the space, and a mind of its own. Its envelopes are correct; what they hold is up to the test. */
    final class Member {
        final TestSealer sealer;
        private final List<Event> written = new ArrayList<>();
        private EnvelopeHash previous = EnvelopeHash.NONE;
        private long counter;
        private long sealed;
        private HybridClock clock = HybridClock.START;

        private Member(TestSealer sealer) {
            this.sealer = sealer;
            relay.admit(sealer.publicKey());
        }

        DeviceId device() {
            return sealer.device();
        }

        /** How many events are written and not sealed yet. */
        int waiting() {
            return written.size();
        }

        boolean hasSealed() {
            return sealed > 0;
        }

        /** Writes a transaction of one event, stamped now. */
        Event write(RecordKey key, Op op, EventId... parents) {
            return write(List.of(Map.entry(key, op)), parents).get(0);
        }

        /** Writes one transaction; its events all name the same parents. */
        List<Event> write(List<Map.Entry<RecordKey, Op>> changes, EventId... parents) {
            return writeAt(time.millis(), changes, parents);
        }

        List<Event> writeAt(long millis, List<Map.Entry<RecordKey, Op>> changes, EventId... parents) {
            TransactionSpan span = new TransactionSpan(counter + 1, changes.size());
            List<Event> events = new ArrayList<>();
            for (Map.Entry<RecordKey, Op> change : changes) {
                clock = clock.tick(millis);
                Stamp stamp = new Stamp(clock.reading(), device());
                EventId id = new EventId(device(), ++counter);
                List<EventId> sorted = List.of(parents).stream().sorted().toList();
                events.add(new Event(id, change.getKey(), change.getValue(), stamp, sorted, span));
            }
            written.addAll(events);
            return events;
        }

        /** Writes a transaction of two events, the second of which has an earlier stamp. */
        void writeBackwards(long firstMillis, long secondMillis, RecordKey first, RecordKey second) {
            TransactionSpan span = new TransactionSpan(counter + 1, 2);
            Map.of(first, firstMillis, second, secondMillis).entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .forEach(one -> {
                        Stamp stamp =
                                new Stamp(HybridClock.START.tick(one.getValue()).reading(), device());
                        EventId id = new EventId(device(), ++counter);
                        written.add(new Event(id, one.getKey(), Op.put(JsonValue.of("x")), stamp, List.of(), span));
                    });
        }

        /** Says that transactions of a device do not count, in these words. */
        Event writeVoid(DeviceId concerned, String argument, EventId... parents) {
            Op op = Op.named("void", JsonValue.parse(argument));
            return write(RecordKey.control(concerned.toString()), op, parents);
        }

        /** Seals what was written since, as one envelope. */
        Envelope seal(SeenHead... seen) {
            return seal(sealer, written.size(), seen);
        }

        /** @param with this member's sealer, perhaps with other keys */
        Envelope seal(TestSealer with, int count, SeenHead... seen) {
            List<Event> events = List.copyOf(written.subList(0, count));
            written.subList(0, count).clear();
            byte[] plaintext = EventBatchCodec.encode(events, List.of(seen));
            Envelope envelope = with.seal(sealed + 1, count, previous, plaintext);
            sealed += count;
            previous = envelope.hash();
            return envelope;
        }

        Envelope send(SeenHead... seen) {
            Envelope envelope = seal(seen);
            assertTrue(relay.push(List.of(envelope)).refusals().isEmpty());
            return envelope;
        }
    }
}
