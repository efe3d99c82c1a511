package dev.tidelock.sync.testkit;

import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A record's events in memory, whole: records of tests are small. */
final class RecordEvents {
    private RecordEvents() {}

    /** The events that count. */
    static List<Event> of(StoreReader reader, RecordKey key) {
        return of(reader, key, EventState.APPLIED);
    }

    static List<Event> of(StoreReader reader, RecordKey key, EventState state) {
        List<Event> events = new ArrayList<>();
        reader.events(key, state, Integer.MAX_VALUE, event -> events.add(Objects.requireNonNull(event.whole())));
        return events;
    }
}
