package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.HybridClock;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Makes histories of one record: devices that write, and now and then see what another has. */
final class Histories {
    static final RecordKey KEY = new RecordKey("notes", "n");

    private Histories() {}

    /** One device's view: what it knows of each device, and its clock. */
    static final class Writer {
        final DeviceId device;
        final List<Event> known = new ArrayList<>();
        private HybridClock clock = HybridClock.START;
        private long counter;

        Writer(int number) {
            byte[] id = new byte[DeviceId.BYTES];
            id[0] = (byte) number;
            device = DeviceId.of(id);
        }

        Event write(Op op, long nowMillis) {
            clock = clock.tick(nowMillis);
            EventId id = new EventId(device, ++counter);
            TreeSet<EventId> heads = new TreeSet<>();
            for (Event event : inStampOrder(known)) {
                event.parents().forEach(heads::remove);
                heads.add(event.id());
            }
            Stamp stamp = new Stamp(clock.reading(), device);
            Event event = new Event(id, KEY, op, stamp, List.copyOf(heads), new TransactionSpan(id.counter(), 1));
            known.add(event);
            return event;
        }

        /** Takes over all that another device knows. */
        void see(Writer other) {
            for (Event event : other.known) {
                if (!known.contains(event)) {
                    known.add(event);
                    clock = clock.observe(event.stamp().reading());
                }
            }
        }
    }

    static List<Event> inStampOrder(List<Event> events) {
        List<Event> sorted = new ArrayList<>(events);
        sorted.sort((one, other) -> one.stamp().compareTo(other.stamp()));
        return sorted;
    }

    /** All events of a random history, by the order in which they were written. */
    static List<Event> random(Random random, int devices, int writes) {
        List<Writer> writers = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            writers.add(new Writer(i));
        }
        List<Event> all = new ArrayList<>();
        for (int i = 0; i < writes; i++) {
            Writer writer = writers.get(random.nextInt(devices));
            if (random.nextInt(3) == 0) {
                writer.see(writers.get(random.nextInt(devices)));
            }
            long skew = random.nextInt(50);
            all.add(writer.write(op(random, i), i + skew));
        }
        return all;
    }

    private static Op op(Random random, int i) {
        switch (random.nextInt(8)) {
            case 0, 1, 2:
                return Op.put(JsonValue.parse("{\"v\":" + random.nextInt(4) + ",\"n\":0}"));
            case 3, 4:
                return Op.patch(JsonValue.parse("{\"m" + random.nextInt(2) + "\":" + random.nextInt(3) + "}"));
            case 5, 6:
                return Op.named("add", JsonValue.parse("{\"n\":" + (1 + i % 5) + "}"));
            default:
                return Op.delete();
        }
    }
}
