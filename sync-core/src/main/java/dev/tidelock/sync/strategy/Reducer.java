package dev.tidelock.sync.strategy;

import dev.tidelock.sync.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What a named op does to a value. Ops that were written concurrently are applied one after the other, in the same order on every device,
 * so none is lost. Must be deterministic and quick, as a {@link Strategy} must.
 */
@FunctionalInterface
public interface Reducer {
    /**
     * The value after the op.
     *
     * @param current the value before; null if the record does not exist
     * @throws RuntimeException if the op cannot be applied; a local op is then refused, one from another device goes to quarantine
     */
    JsonValue reduce(@Nullable JsonValue current, JsonValue argument);
}
