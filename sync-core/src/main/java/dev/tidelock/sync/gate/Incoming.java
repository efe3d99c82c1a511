package dev.tidelock.sync.gate;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import java.util.List;
import java.util.Optional;

/** A transaction of another device, and what is here already. Valid only while the gate is asked. */
public interface Incoming {
    /** One of its changes. The op of a delete has no value: look at its kind first. */
    record Change(RecordKey key, Op op) {}

    /** Who wrote it. */
    DeviceId device();

    /** When it was written, by its author's clock, milliseconds since 1970. */
    long millis();

    /** Its changes, in order. */
    List<Change> changes();

    /** A record as it is here, without this transaction, and perhaps without others that arrived together with it. */
    Optional<JsonValue> get(String collection, String id);
}
