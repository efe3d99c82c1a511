package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.HomeSettings.OtherDevice;
import dev.tidelock.examples.cli.home.PublicKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "approve",
        description =
                "Lets a device of the space in at the relay again, as after the relay was made anew by a device that did not know it. It gets no keys by "
                        + "this: what lets a new device into the space is 'tidelock pair'.")
final class ApproveCommand extends HomeCommand {
    @Parameters(
            index = "1",
            paramLabel = "DEVICE",
            description =
                    "Its id or its label, if this device knows its key, or its public key: 'tidelock devices --json' there shows it.")
    private String wanted;

    @Override
    boolean needsOwnIdentity() {
        return true;
    }

    @Override
    int run(DeviceHome device) throws TransportException {
        byte[] publicKey = PublicKeys.parse(wanted).orElseGet(() -> keyOf(device));
        device.registrar().admit(publicKey);
        DeviceId id = EnvelopeHeader.deviceOf(publicKey);
        print(Json.object("device", id), "Let in: device " + id);
        return 0;
    }

    private byte[] keyOf(DeviceHome device) {
        Map<DeviceId, OtherDevice> others = device.settings().others();
        List<byte[]> found = new ArrayList<>();
        device.knownKeys().forEach((id, publicKey) -> {
            String label = others.getOrDefault(id, OtherDevice.UNKNOWN).label();
            if (id.toString().equals(wanted) || label.equals(wanted)) {
                found.add(publicKey);
            }
        });
        if (found.size() != 1) {
            throw CliException.usage(
                    "'" + wanted + "' names " + (found.isEmpty() ? "no device" : found.size() + " devices")
                            + " whose key is known here; an id or a label that 'tidelock devices HOME' lists, or a public key, is accepted:"
                            + " 'tidelock devices HOME --json' on that device shows its own");
        }
        return found.get(0);
    }
}
