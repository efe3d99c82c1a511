package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.spi.transport.TransportException;
import picocli.CommandLine.Command;

@Command(
        name = "remove-from-relay",
        description =
                "Deletes all that the relay has of the space, for all its devices. What the devices hold stays with them; 'sync HOME --accept-relay' on one of them brings it back "
                        + "to the relay.")
final class RemoveFromRelayCommand extends HomeCommand {
    @Override
    int run(DeviceHome device) {
        long pending = device.client().status().pending();
        try {
            device.registrar().deleteSpace();
        } catch (TransportException failed) {
            throw CliException.failed("the relay did not delete the space: " + Failures.message(failed), failed);
        }
        print(
                Json.object("pendingLost", pending),
                "The relay has nothing of the space any more"
                        + (pending == 0
                                ? ""
                                : "; " + pending + " changes of this device were never sent, and are only here"));
        return 0;
    }
}
