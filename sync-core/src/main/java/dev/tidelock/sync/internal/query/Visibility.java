package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;

/** Which records of those that are there a query sees: asked before anything is counted, left out or limited. May read what the query reads. */
@FunctionalInterface
public interface Visibility {
    /** Sees all. */
    Visibility ALL = (key, value) -> true;

    boolean isVisible(RecordKey key, JsonValue value);
}
