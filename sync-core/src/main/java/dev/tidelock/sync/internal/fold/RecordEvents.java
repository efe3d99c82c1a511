package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.RecordKey;
import java.util.function.Consumer;

/** The events of one record that count, wherever they are kept. They stay the same while a fold reads them. */
public interface RecordEvents {
    RecordKey key();

    /**
     * Shows all of them, in any order.
     *
     * @param valueBytesMax values that are longer in canonical form may be left out
     */
    void list(int valueBytesMax, Consumer<ListedEvent> visitor);

    /** One of them, whole. */
    Event get(EventId id);
}
