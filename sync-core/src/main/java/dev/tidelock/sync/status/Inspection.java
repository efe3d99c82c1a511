package dev.tidelock.sync.status;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a device holds and how far it has come, for whoever looks into it: as of one moment, and without any of the user's data.
 *
 * @param records how many records have a value
 * @param heads how far the envelopes of each device are held, this device's own included, in the order of their ids
 * @param remote names the remote
 * @param log the log that has been read there; null if none has been
 * @param position how many of its entries have been read; 0 if none have
 * @param unsealed how many of this device's events are in no envelope yet
 * @param outbox how many envelopes wait to be sent
 */
public record Inspection(
        long records,
        List<Head> heads,
        String remote,
        @Nullable String log,
        long position,
        long unsealed,
        long outbox) {
    public Inspection {
        heads = List.copyOf(heads);
        Objects.requireNonNull(remote, "remote");
    }

    /**
     * How far the envelopes of a device are held.
     *
     * @param counter the number of its last event among them
     * @param hash the hash of the last envelope, which all earlier ones go into
     * @param lastSeenMillis when that was made or received here, milliseconds since 1970
     */
    public record Head(DeviceId device, long counter, EnvelopeHash hash, long lastSeenMillis) {}
}
