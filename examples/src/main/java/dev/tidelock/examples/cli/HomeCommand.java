package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.sync.spi.store.StoreException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that works on one device's folder. */
abstract class HomeCommand extends BaseCommand {
    @Parameters(index = "0", paramLabel = "HOME", description = "The device's folder.")
    private Path home;

    @Mixin
    private Passphrase passphrase;

    /** Opens the folder, does the work, closes it. */
    @Override
    public Integer call() throws Exception {
        try (DeviceHome device = open(home, passphrase)) {
            return run(device);
        } catch (StoreException failed) {
            throw CliException.failed(home + ": " + Failures.message(failed), failed);
        }
    }

    DeviceHome open(Path folder, Passphrase given) throws Exception {
        return DeviceHome.open(folder, given);
    }

    /** @return the exit status */
    abstract int run(DeviceHome device) throws Exception;
}
