package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.wire.WireLimits;

/**
 * How much of a relay one space may use. What is over is refused with {@code quota}, {@code too-large} or {@code space-full}, and never dropped: its sender keeps it.
 *
 * @param bytesMax bytes of envelopes in its log
 * @param eventsMax events in its log
 * @param devicesMax devices that were ever admitted, at most 4096
 * @param envelopeBytesMax bytes of one envelope, at most 2 MiB
 */
public record RelayQuotas(long bytesMax, long eventsMax, int devicesMax, int envelopeBytesMax) {
    /** 16 GiB, a thousand million events, and whatever the protocol lets through. */
    public static final RelayQuotas DEFAULT =
            new RelayQuotas(16L << 30, 1_000_000_000, WireLimits.DEVICES_MAX, Envelope.BYTES_MAX);

    public RelayQuotas {
        requireAtLeastOne("bytes of a space", bytesMax, Long.MAX_VALUE);
        requireAtLeastOne("events of a space", eventsMax, Long.MAX_VALUE);
        requireAtLeastOne("devices of a space", devicesMax, WireLimits.DEVICES_MAX);
        requireAtLeastOne("bytes of an envelope", envelopeBytesMax, Envelope.BYTES_MAX);
    }

    private static void requireAtLeastOne(String what, long value, long max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("at most " + value + " " + what + "; 1 to " + max + " are accepted");
        }
    }

    public RelayQuotas withBytesMax(long chosen) {
        return new RelayQuotas(chosen, eventsMax, devicesMax, envelopeBytesMax);
    }

    public RelayQuotas withEventsMax(long chosen) {
        return new RelayQuotas(bytesMax, chosen, devicesMax, envelopeBytesMax);
    }

    public RelayQuotas withDevicesMax(int chosen) {
        return new RelayQuotas(bytesMax, eventsMax, chosen, envelopeBytesMax);
    }

    public RelayQuotas withEnvelopeBytesMax(int chosen) {
        return new RelayQuotas(bytesMax, eventsMax, devicesMax, chosen);
    }
}
