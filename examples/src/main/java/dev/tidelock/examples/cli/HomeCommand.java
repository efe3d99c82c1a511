package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.transport.TransportException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that works on one device's folder. */
abstract class HomeCommand extends BaseCommand {
    @Parameters(index = "0", paramLabel = "HOME", description = "The device's folder.")
    private Path home;

    @Mixin
    private Passphrase passphrase;

    final Path home() {
        return home;
    }

    /** Opens the folder, does the work, closes it. */
    @Override
    public Integer call() throws Exception {
        try (DeviceHome device = open(home, passphrase)) {
            if (device.needsRenewal()) {
                renewOrTell(device);
            }
            return run(device);
        } catch (StoreException failed) {
            throw CliException.failed(home + ": " + Failures.message(failed), failed);
        }
    }

    DeviceHome open(Path folder, Passphrase given) throws Exception {
        return DeviceHome.open(folder, given);
    }

    /** Whether the command syncs, or speaks for the device in another way. */
    boolean needsOwnIdentity() {
        return false;
    }

    private void renewOrTell(DeviceHome device) throws Exception {
        if (needsOwnIdentity()) {
            renew(device, home + " was copied or restored");
        } else {
            say("tidelock: " + home
                    + " was copied or restored; its next sync makes it a device of its own, and nothing is lost");
        }
    }

    /** Makes the folder a device of its own, and says so. */
    final void renew(DeviceHome device, String why) throws Exception {
        DeviceId former = device.client().device();
        try {
            device.renew();
        } catch (TransportException failed) {
            throw CliException.failed(
                    why + " and needs an identity of its own before it can sync; the relay did not let one in: "
                            + Failures.message(failed) + "; what was written here is kept",
                    failed);
        }
        say("tidelock: " + why + "; it is device " + device.client().device() + " from now on, and no longer "
                + former);
    }

    /** @return the exit status */
    abstract int run(DeviceHome device) throws Exception;
}
