package dev.tidelock.sync.internal.bundle;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import java.util.Map;
import java.util.Objects;

/**
 * Who wrote a bundle, and what that device had then.
 *
 * @param heads per device, how far it had everything
 */
public record BundleHeader(DeviceId writer, Map<DeviceId, Head> heads) {
    public BundleHeader {
        Objects.requireNonNull(writer, "writer");
        heads = Map.copyOf(heads);
    }

    /**
     * The end of what the writer had of a device. The hash tells of which branch: two copies of a device count alike, and write what is different.
     *
     * @param counter the counter of the last event
     * @param hash the hash of the envelope that it is in
     */
    public record Head(long counter, EnvelopeHash hash) {
        public Head {
            Objects.requireNonNull(hash, "hash");
        }
    }
}
