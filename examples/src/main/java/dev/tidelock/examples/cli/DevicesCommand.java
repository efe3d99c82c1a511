package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.HomeSettings;
import dev.tidelock.examples.cli.home.HomeSettings.OtherDevice;
import dev.tidelock.examples.cli.home.PublicKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;

@Command(
        name = "devices",
        description =
                "Lists the devices of the space: those that the relay lets in, and, if it cannot be reached, those that this one knows. "
                        + "Labels are what pairing told this device.")
final class DevicesCommand extends HomeCommand {
    @Override
    int run(DeviceHome device) {
        askRelay(device);
        HomeSettings settings = device.settings();
        Map<DeviceId, Long> seen = device.lastSeenMillis();
        DeviceId self = device.client().device();
        Map<DeviceId, byte[]> keys = device.knownKeys();
        keys.put(self, device.keys().identity().publicKey());
        print(self, settings.label(), keys.get(self), true, settings.addedAtMillis(), System.currentTimeMillis());
        Map<DeviceId, OtherDevice> others = new TreeMap<>(settings.others());
        seen.keySet().forEach(known -> others.putIfAbsent(known, OtherDevice.UNKNOWN));
        others.remove(self);
        others.forEach((other, known) -> print(
                other, known.label(), keys.get(other), false, known.addedAtMillis(), seen.getOrDefault(other, 0L)));
        return 0;
    }

    private void askRelay(DeviceHome device) {
        try {
            for (Registrar.Member member : device.registrar().members()) {
                device.remember(member);
            }
        } catch (TransportException unreachable) {
            say("tidelock: the relay was not asked (" + StatusText.word(unreachable.kind())
                    + "); these are the devices that this one knows");
        }
    }

    private void print(
            DeviceId id, String label, byte[] publicKey, boolean self, long addedAtMillis, long lastSeenMillis) {
        String added = Json.time(addedAtMillis);
        String seen = Json.time(lastSeenMillis);
        print(
                Json.object(
                        "device", id,
                        "label", label,
                        "self", self,
                        "addedAt", added,
                        "lastSeen", seen,
                        "revoked", false,
                        "publicKey", publicKey == null ? null : PublicKeys.text(publicKey)),
                id + "\t" + (label.isEmpty() ? "-" : label) + "\t"
                        + (self ? "this device" : seen == null ? "not seen yet" : "seen " + seen));
    }
}
