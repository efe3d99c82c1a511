package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.json.JsonValue;

/** Sees one record of a collection after another. */
@FunctionalInterface
public interface Sink {
    /** Takes a record, and says whether it wants more. */
    boolean accept(String id, JsonValue value);
}
