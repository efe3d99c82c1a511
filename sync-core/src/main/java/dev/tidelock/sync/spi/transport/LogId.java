package dev.tidelock.sync.spi.transport;

import java.util.Objects;

/**
 * The incarnation of a remote log: made at random when the log begins, and again if it ever begins anew.
 *
 * @param value 1 to 64 characters
 */
public record LogId(String value) {
    public LogId {
        Objects.requireNonNull(value, "value");
        if (value.isEmpty() || value.length() > 64) {
            throw new IllegalArgumentException("a log id of " + value.length() + " characters; 1 to 64 are accepted");
        }
    }
}
