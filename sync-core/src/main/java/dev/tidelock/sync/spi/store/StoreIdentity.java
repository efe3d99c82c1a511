package dev.tidelock.sync.spi.store;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import java.util.Objects;

/** Whose store it is. */
public record StoreIdentity(SpaceId space, DeviceId device) {
    public StoreIdentity {
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(device, "device");
    }
}
