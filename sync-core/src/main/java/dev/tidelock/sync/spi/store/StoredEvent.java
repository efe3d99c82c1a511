package dev.tidelock.sync.spi.store;

import dev.tidelock.sync.model.Event;

/** An event, and whether it counts. */
public record StoredEvent(Event event, EventState state) {}
