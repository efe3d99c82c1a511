package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.strategy.Strategies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same events, voids among them, in whatever order the devices' envelopes come, in whatever portions, and whether they can be opened at once or only later:
 * the same records, heads and conflicts. Values and heads are also those of the reference.
 */
@Timeout(300)
class VoidOrderTest {
    private static final int AUTHORS = 3;
    private static final int RECORDS = 3;
    private static final Map<Integer, Long> FIRST_KEY = Map.of(1, 1L);
    private static final Map<Integer, Long> BOTH_KEYS = Map.of(1, 1L, 2, 2L);

    /** All that was written, in an order that is causally closed. */
    private static final class History {
        final TestSpace space = new TestSpace();
        final SeededRandom random;
        final List<TestSpace.Member> authors = new ArrayList<>();
        final List<Envelope> envelopes = new ArrayList<>();
        final List<Event> events = new ArrayList<>();
        final List<List<Event>> transactions = new ArrayList<>();

        /** What each author has seen: how many of the events. */
        final Map<DeviceId, Integer> seen = new HashMap<>();

        History(long seed) {
            random = new SeededRandom(seed);
            for (int i = 0; i < AUTHORS; i++) {
                authors.add(space.member(TestSealer.of(TestSpace.SPACE, 10 + i).withKeys(BOTH_KEYS)));
                seen.put(authors.get(i).device(), 0);
            }
        }

        void write(int steps) {
            for (int i = 0; i < steps; i++) {
                space.time.advance(java.time.Duration.ofMillis(random.nextInt(3)));
                TestSpace.Member author = random.pick(authors);
                if (random.chance(0.3)) {
                    seen.put(author.device(), events.size());
                }
                double dice = random.nextDouble();
                List<Event> written = dice < 0.25 && !transactions.isEmpty() ? writeVoid(author) : writeChanges(author);
                events.addAll(written);
                transactions.add(written);
                if (random.chance(0.5)) {
                    seal(author, written.size());
                }
            }
            authors.forEach(author -> seal(author, 0));
        }

        private List<EventId> headsSeen(TestSpace.Member author, RecordKey key) {
            Set<EventId> heads = new HashSet<>();
            int known = seen.get(author.device());
            for (int i = 0; i < events.size(); i++) {
                Event event = events.get(i);
                if (event.key().equals(key) && (i < known || event.device().equals(author.device()))) {
                    heads.removeAll(event.parents());
                    heads.add(event.id());
                }
            }
            return new ArrayList<>(heads);
        }

        private List<Event> writeChanges(TestSpace.Member author) {
            RecordKey key = new RecordKey("notes", "r" + random.nextInt(RECORDS));
            EventId[] parents = headsSeen(author, key).toArray(EventId[]::new);
            List<Map.Entry<RecordKey, Op>> changes = new ArrayList<>();
            changes.add(Map.entry(key, op()));
            int more = random.nextInt(3);
            for (int i = 0; i < more; i++) {
                RecordKey other = new RecordKey("notes", "s" + i + random.nextInt(100_000));
                changes.add(Map.entry(other, op()));
            }
            return author.write(changes, parents);
        }

        private Op op() {
            return switch (random.nextInt(5)) {
                case 0 -> Op.delete();
                case 1, 2 -> Op.named("add", JsonValue.of(random.nextInt(100)));
                default -> Op.put(JsonValue.of(random.nextInt(1000)));
            };
        }

        private List<Event> writeVoid(TestSpace.Member author) {
            List<Event> target = random.pick(transactions);
            DeviceId device = target.get(0).device();
            RecordKey key = RecordKey.control(device.toString());
            StringBuilder argument = new StringBuilder("{");
            boolean content = target.stream().allMatch(event -> event.key().isControl()) || random.chance(0.4);
            if (content) {
                argument.append("\"content\":\"")
                        .append(dev.tidelock.sync.internal.codec.EventBatchCodec.contentHash(target))
                        .append("\",");
            }
            argument.append("\"count\":").append(target.size());
            argument.append(",\"first\":").append(target.get(0).id().counter());
            // Who voids what it cannot read does not know whether there are voids in it: see the engine's notes on
            // that.
            boolean hasVoids = target.stream().anyMatch(event -> event.key().isControl());
            if (!content && (hasVoids || random.chance(0.7))) {
                argument.append(",\"links\":[");
                String separator = "";
                for (Event event : target) {
                    if (!event.key().isControl()) {
                        argument.append(separator).append(link(event));
                        separator = ",";
                    }
                }
                argument.append("]");
            }
            String text = argument.append("}").toString().replace(",\"links\":[]", "");
            List<Map.Entry<RecordKey, Op>> changes = new ArrayList<>();
            changes.add(Map.entry(key, Op.named("void", JsonValue.parse(text))));
            if (random.chance(0.5)) {
                changes.add(Map.entry(new RecordKey("notes", "t" + random.nextInt(100_000)), op()));
            }
            return author.write(changes);
        }

        private static String link(Event event) {
            StringBuilder parents = new StringBuilder();
            event.parents()
                    .forEach(parent -> parents.append(parents.length() == 0 ? "" : ",")
                            .append('"')
                            .append(parent)
                            .append('"'));
            return "[" + event.id().counter() + ",\"" + event.key().collection() + "\",\""
                    + event.key().id() + "\",[" + parents + "]]";
        }

        /** Sometimes in the middle of a transaction, sometimes under a key that not everybody has. */
        private void seal(TestSpace.Member author, int lastSize) {
            int waiting = author.waiting();
            int count = lastSize > 1 && random.chance(0.4) ? waiting - 1 : waiting;
            if (count > 0) {
                TestSealer sealer = TestSealer.of(TestSpace.SPACE, 10 + authors.indexOf(author))
                        .withKeys(random.chance(0.3) && author.hasSealed() ? BOTH_KEYS : FIRST_KEY);
                envelopes.add(author.seal(sealer, count));
            }
        }

        /** An order in which each device's own envelopes keep theirs. */
        List<Envelope> shuffled(SeededRandom dice) {
            Map<DeviceId, List<Envelope>> queues = new LinkedHashMap<>();
            envelopes.forEach(
                    envelope -> queues.computeIfAbsent(envelope.header().device(), d -> new ArrayList<>())
                            .add(envelope));
            List<Envelope> order = new ArrayList<>();
            while (!queues.isEmpty()) {
                DeviceId device = dice.pick(new ArrayList<>(queues.keySet()));
                List<Envelope> queue = queues.get(device);
                int portion = Math.min(queue.size(), 1 + dice.nextInt(4));
                order.addAll(queue.subList(0, portion));
                queue.subList(0, portion).clear();
                if (queue.isEmpty()) {
                    queues.remove(device);
                }
            }
            return order;
        }
    }

    private static Map<RecordKey, RecordState> states(TestSpace.Device device, Set<RecordKey> keys) {
        Map<RecordKey, RecordState> states = new LinkedHashMap<>();
        keys.forEach(key -> states.put(key, device.store.read(reader -> {
            RecordState state = reader.record(key);
            return new RecordState(state.value(), state.valueStamp(), state.heads(), null, state.conflicts());
        })));
        return states;
    }

    /** A device with a relay of its own, which shows the history in its own order. */
    private static Map<RecordKey, RecordState> received(
            History history, int receiver, boolean keysLate, Set<RecordKey> keys) throws Exception {
        TestSpace space = new TestSpace();
        history.authors.forEach(author -> space.relay.admit(author.sealer.publicKey()));
        space.time.advance(java.time.Duration.ofDays(1));
        SeededRandom dice = history.random.fork(receiver);
        List<Envelope> order = receiver == 0 ? history.envelopes : history.shuffled(dice);
        MemoryDisk disk = new MemoryDisk();
        TestSealer sealer = TestSealer.of(TestSpace.SPACE, 1);
        TestSpace.Device device = space.device(
                keysLate ? sealer : sealer.withKeys(BOTH_KEYS),
                1,
                disk,
                t -> t,
                s -> s.massDeleteGuard(1_000_000, 100));
        int sent = 0;
        while (sent < order.size()) {
            int portion = Math.min(order.size() - sent, 1 + dice.nextInt(5));
            space.relay.push(order.subList(sent, sent + portion));
            sent += portion;
            device.sync();
        }
        if (keysLate) {
            device.client.close();
            device = space.device(sealer.withKeys(BOTH_KEYS), 1, disk, t -> t, s -> s.massDeleteGuard(1_000_000, 100));
            List<QuarantineItem> items = new ArrayList<>(device.client.quarantine());
            while (!items.isEmpty()) {
                QuarantineItem item = items.remove(dice.nextInt(items.size()));
                if (device.client.quarantine().contains(item)) {
                    device.client.retryQuarantined(item.id());
                }
            }
            device.sync();
        }
        Map<RecordKey, RecordState> states = states(device, keys);
        if (receiver == 0) {
            compareWithReference(device, keys);
        }
        space.close();
        return states;
    }

    private static void compareWithReference(TestSpace.Device device, Set<RecordKey> keys) {
        Strategies strategies = Strategies.DEFAULTS;
        device.store.read(reader -> {
            for (RecordKey key : keys) {
                ReferenceFold reference =
                        new ReferenceFold(strategies, RecordEvents.of(reader, key), StandIns.of(reader, key));
                assertEquals(reference.heads(), reader.record(key).heads());
                if (!key.isControl()) {
                    assertEquals(reference.fold().value(), reader.record(key).value());
                }
            }
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void anyOrder_givesTheSame(long seed) throws Exception {
        for (int run = 0; run < Integer.getInteger("tidelock.runs", 5); run++) {
            History history = new History(seed * 1000 + run);
            history.write(4 + history.random.nextInt(40));
            Set<RecordKey> keys = new java.util.LinkedHashSet<>();
            history.events.forEach(event -> keys.add(event.key()));
            Map<RecordKey, RecordState> expected = received(history, 0, false, keys);
            for (int receiver = 1; receiver < 6; receiver++) {
                boolean keysLate = receiver % 2 == 0;
                Map<RecordKey, RecordState> found = received(history, receiver, keysLate, keys);
                for (RecordKey key : keys) {
                    assertEquals(
                            expected.get(key),
                            found.get(key),
                            "seed " + (seed * 1000 + run) + " receiver " + receiver + (keysLate ? " keys late" : ""));
                }
            }
            history.space.close();
        }
    }
}
