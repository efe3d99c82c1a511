package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.Event;

/** What devices tell each other in events of the engine's own. */
final class EngineWords {
    private EngineWords() {}

    /** Whether an event counts whatever becomes of the transaction that it is in, so that the order in which such events arrive makes no difference. */
    static boolean alwaysCounts(Event event) {
        return event.key().isControl() && (Voiding.isVoid(event) || Announcement.isOne(event));
    }
}
