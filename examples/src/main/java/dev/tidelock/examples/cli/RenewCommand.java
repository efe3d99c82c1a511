package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.envelope.DeviceId;
import picocli.CommandLine.Command;

@Command(
        name = "renew",
        description =
                "Gives the folder a device identity of its own, which the relay lets in: for one that was copied or restored, which the next sync does by itself. "
                        + "It keeps its data, its label, and what it has not sent yet.")
final class RenewCommand extends HomeCommand {
    @Override
    int run(DeviceHome device) throws Exception {
        DeviceId former = device.client().device();
        renew(device, home() + " gets a new identity");
        DeviceId renewed = device.client().device();
        print(
                Json.object("device", renewed, "former", former),
                "This folder is device " + renewed + "; now: tidelock sync " + home());
        return 0;
    }
}
