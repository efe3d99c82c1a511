package dev.tidelock.sync.spi.store;

import dev.tidelock.sync.envelope.Envelope;
import java.util.Objects;

/**
 * A kept envelope, and where it stands among the others.
 *
 * @param place from 1: the higher, the later this device came to hold it
 */
public record PlacedEnvelope(long place, Envelope envelope) {
    public PlacedEnvelope {
        Objects.requireNonNull(envelope, "envelope");
    }
}
