package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Events for a fold, and how many it has asked for one by one. */
final class GivenEvents implements RecordEvents {
    private final List<Event> events;
    private final int padding;
    private final boolean leavesOut;
    private final Map<EventId, Event> byId = new HashMap<>();
    private int loads;

    private GivenEvents(List<Event> events, int padding, boolean leavesOut) {
        this.events = events;
        this.padding = padding;
        this.leavesOut = leavesOut;
        events.forEach(event -> byId.put(event.id(), event));
    }

    static GivenEvents of(List<Event> events) {
        return new GivenEvents(events, 0, false);
    }

    /** As a store gives them if all of their values are long. */
    static GivenEvents withoutValues(List<Event> events) {
        return new GivenEvents(events, 0, true);
    }

    /** As if each put had a value so long and its own; no two of them are here at once. */
    static GivenEvents ofLength(List<Event> events, int characters) {
        return new GivenEvents(events, characters, true);
    }

    @Override
    public RecordKey key() {
        return Histories.KEY;
    }

    @Override
    public void list(int valueBytesMax, Consumer<ListedEvent> visitor) {
        for (Event event : events) {
            visitor.accept(
                    leavesOut ? ListedEvent.withoutValue(event, event.op().kind()) : ListedEvent.whole(event));
        }
    }

    @Override
    public Event get(EventId id) {
        loads++;
        Event event = byId.get(id);
        if (padding == 0 || event.op().kind() != Op.Kind.PUT) {
            return event;
        }
        Op padded = Op.put(JsonValue.of(id + "0".repeat(padding)));
        return new Event(id, event.key(), padded, event.stamp(), event.parents(), event.transaction());
    }

    int loads() {
        return loads;
    }
}
