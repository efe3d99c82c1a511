package dev.tidelock.sync.model;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import java.util.Objects;

/**
 * What one device said, sealed, of how far it holds another's envelopes.
 *
 * @param author the device that said so
 * @param device the device whose envelopes they are
 * @param counter the counter of the last event in them
 * @param hash the hash of the last of them
 */
public record SeenHead(DeviceId author, DeviceId device, long counter, EnvelopeHash hash) {
    public SeenHead {
        Objects.requireNonNull(author, "author");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(hash, "hash");
    }
}
