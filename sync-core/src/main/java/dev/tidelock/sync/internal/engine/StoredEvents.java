package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.internal.fold.RecordEvents;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The events of a record that count: those that a store holds, and some that it does not hold yet. */
final class StoredEvents implements RecordEvents {
    private final StoreReader reader;
    private final RecordKey key;
    private final Map<EventId, Event> unstored = new LinkedHashMap<>();

    StoredEvents(StoreReader reader, RecordKey key, List<Event> unstored) {
        this.reader = reader;
        this.key = key;
        unstored.forEach(event -> this.unstored.put(event.id(), event));
    }

    @Override
    public RecordKey key() {
        return key;
    }

    @Override
    public void list(int valueBytesMax, Consumer<ListedEvent> visitor) {
        reader.events(key, EventState.APPLIED, valueBytesMax, visitor);
        unstored.values().forEach(event -> visitor.accept(ListedEvent.whole(event)));
    }

    @Override
    public Event get(EventId id) {
        Event held = unstored.get(id);
        if (held != null) {
            return held;
        }
        StoredEvent stored = reader.event(id);
        if (stored == null) {
            throw new AssertionError("event " + id + " was listed, and is not held");
        }
        return stored.event();
    }
}
