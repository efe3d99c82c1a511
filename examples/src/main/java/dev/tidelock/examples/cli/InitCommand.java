package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.NewHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.examples.cli.home.RelayWay;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.spi.transport.TransportException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "init",
        description =
                "Makes the first device of a new space, and registers the space at the relay, if there is one. If the relay cannot be reached nothing is made, "
                        + "unless with --offline: then the first sync registers it.")
final class InitCommand extends BaseCommand {
    @Parameters(index = "0", paramLabel = "HOME", description = "The device's folder: a new or an empty one.")
    private Path home;

    @Option(
            names = "--relay",
            paramLabel = "URL",
            description =
                    "The relay: http or https, or ws and wss with --dialect monolith. Without it the space has none: 'bundle' carries changes by file.")
    private String relay;

    @Option(
            names = "--name",
            paramLabel = "LABEL",
            description = "What you call this device; the folder's name unless given.")
    private String label;

    @Mixin
    private RelayWayOptions options;

    @Option(names = "--offline", description = "Do not ask the relay now.")
    private boolean offline;

    @Mixin
    private Passphrase passphrase;

    @Override
    public Integer call() throws Exception {
        NewHome made = NewHome.at(home, passphrase);
        RelayWay way = way();
        String url = way == RelayWay.NONE ? "" : Relays.requireUrl(relay, way);
        SpaceKeys keys = SpaceKeys.createSpace();
        if (!offline) {
            register(url, way, keys);
        }
        made.create(keys, url, way, !offline, Relays.label(label, home));
        if (!made.hasPassphrase()) {
            say(Relays.NO_PASSPHRASE);
        }
        print(
                Json.object("space", keys.space(), "device", keys.device()),
                "Made device " + keys.device() + " of the new space " + keys.space() + " in " + home);
        return 0;
    }

    private RelayWay way() {
        if (relay == null) {
            refuseOptionsOfARelay();
            return RelayWay.NONE;
        }
        return options.dialect() == null ? options.ours() : options.requireFits(options.dialect());
    }

    private void refuseOptionsOfARelay() {
        String given = offline ? "--offline" : options.given();
        if (given != null) {
            throw CliException.usage(given + " goes with a relay; give --relay URL as well");
        }
    }

    private void register(String url, RelayWay way, SpaceKeys keys) {
        try {
            NewHome.register(url, way, keys);
        } catch (TransportException failed) {
            throw CliException.failed(
                    Failures.message(failed)
                            + "; nothing was made (with --offline, the first sync registers the space)",
                    failed);
        }
    }
}
