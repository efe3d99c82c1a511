package dev.tidelock.sync.model;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.Objects;

/**
 * A device that has written to the space, as this one knows it.
 *
 * @param device its id, which its key proves
 * @param publicKey its Ed25519 public key, 32 bytes: what a relay needs in order to let it in
 * @param lastSeenMillis when its last envelope was made or received here, milliseconds since 1970
 */
public record KnownDevice(DeviceId device, byte[] publicKey, long lastSeenMillis) {
    public KnownDevice {
        Objects.requireNonNull(device, "device");
        publicKey = publicKey.clone();
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }
}
