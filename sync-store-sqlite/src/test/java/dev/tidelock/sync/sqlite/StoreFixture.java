package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.util.List;

/** Writes as the engine does, each put with the next counter, and looks whether all of that is there. */
final class StoreFixture {
    static final StoreIdentity IDENTITY =
            new StoreIdentity(SpaceId.of(new byte[SpaceId.BYTES]), DeviceId.of(new byte[DeviceId.BYTES]));

    private StoreFixture() {}

    static void identify(Store store) {
        store.write(tx -> {
            if (tx.identity() == null) {
                tx.setIdentity(IDENTITY);
            }
            return true;
        });
    }

    static RecordKey key(long counter) {
        return new RecordKey("notes", "n" + counter % 100);
    }

    private static JsonValue value(long counter) {
        return JsonValue.of("text of " + counter);
    }

    /** Writes the next put, and gives its counter. */
    static long put(StoreTransaction tx) {
        OwnHead head = tx.ownHead();
        long counter = head.counter() + 1;
        EventId id = new EventId(IDENTITY.device(), counter);
        Stamp stamp = new Stamp(head.reading() + 1, IDENTITY.device());
        RecordState before = tx.record(key(counter));
        tx.setRecord(key(counter), new RecordState(value(counter), stamp, List.of(id), stamp, List.of()));
        tx.addEvent(
                new Event(
                        id,
                        key(counter),
                        Op.put(value(counter)),
                        stamp,
                        before.heads(),
                        new TransactionSpan(counter, 1)),
                EventState.APPLIED);
        return counter;
    }

    /** What is there: all that was written up to some counter, which is given. */
    static long requireWhole(StoreReader reader) {
        long last = reader.ownHead().counter();
        List<Event> events = reader.unsealed(Integer.MAX_VALUE, Long.MAX_VALUE);
        require(events.size() == last, events.size() + " events, but the last has counter " + last);
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            require(event.id().counter() == i + 1, "event " + event + " at place " + i);
            require(event.op().value().equals(value(i + 1)), "event " + event + " has another value");
        }
        for (long counter = Math.max(1, last - 99); counter <= last; counter++) {
            RecordState state = reader.record(key(counter));
            require(value(counter).equals(state.value()), "the record of event " + counter + " is not up to date");
            require(
                    state.heads().equals(List.of(new EventId(IDENTITY.device(), counter))),
                    "heads of event " + counter);
        }
        return last;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
