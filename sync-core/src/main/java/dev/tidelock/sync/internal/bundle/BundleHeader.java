package dev.tidelock.sync.internal.bundle;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.Map;
import java.util.Objects;

/**
 * Who wrote a bundle, and what that device had then.
 *
 * @param heads per device, the counter up to which it had everything
 */
public record BundleHeader(DeviceId writer, Map<DeviceId, Long> heads) {
    public BundleHeader {
        Objects.requireNonNull(writer, "writer");
        heads = Map.copyOf(heads);
    }
}
