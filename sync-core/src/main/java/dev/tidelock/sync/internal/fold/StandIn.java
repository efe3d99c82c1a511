package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.model.EventId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands for an event that does not count: whoever had seen the event has seen this.
 *
 * @param parents the event's own parents
 * @param again the event that issues it again; null if none does
 */
public record StandIn(List<EventId> parents, @Nullable EventId again) {}
