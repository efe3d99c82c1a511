package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Loads events one by one, and keeps the last ones that were asked for. What it keeps is bounded by memory, not by number. */
final class EventCache {
    /** How much memory the values of the kept events may take, roughly; the last one is kept whatever it takes. */
    static final long BYTES_MAX = 4 << 20;

    private final RecordEvents events;
    private final Map<EventId, Event> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    EventCache(RecordEvents events) {
        this.events = events;
    }

    Event get(EventId id) {
        Event known = kept.get(id);
        if (known != null) {
            return known;
        }
        Event event = events.get(id);
        kept.put(id, event);
        bytes += ValueSize.of(event.op());
        Iterator<Event> oldest = kept.values().iterator();
        while (bytes > BYTES_MAX && kept.size() > 1) {
            bytes -= ValueSize.of(oldest.next().op());
            oldest.remove();
        }
        return event;
    }
}
