package dev.tidelock.sync.spi.store;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;

/**
 * One device's envelopes, as far as they are held: all of them up to a counter, without a gap.
 *
 * @param lastCounter the counter of the last event in them
 * @param lastHash the hash of the last envelope
 * @param lastSeenMillis when that was made or received
 */
public record EnvelopeChain(
        DeviceId device, byte[] authorKey, long lastCounter, EnvelopeHash lastHash, long lastSeenMillis) {
    public EnvelopeChain {
        authorKey = authorKey.clone();
    }

    @Override
    public byte[] authorKey() {
        return authorKey.clone();
    }
}
