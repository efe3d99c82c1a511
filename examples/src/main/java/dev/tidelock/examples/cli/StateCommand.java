package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.cell.StateCell;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "state",
        description =
                "Small sealed last values at the relay, one for each key, that every device of the space reads and writes with one plain request: for widgets.",
        subcommands = {StateCommand.Set.class, StateCommand.Get.class})
final class StateCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say 'state set HOME KEY JSON' or 'state get HOME KEY'");
    }

    private static CliException notAsked(TransportException failed) {
        return CliException.failed("the relay did not do it: " + Failures.message(failed), failed);
    }

    @Command(name = "set", description = "Writes a value in the place of whatever is there.")
    static final class Set extends HomeCommand {
        @Parameters(index = "1", paramLabel = "KEY", description = "The key; the relay does not see it.")
        private String key;

        @Parameters(index = "2", paramLabel = "JSON", description = "The value.")
        private String json;

        @Override
        int run(DeviceHome device) throws IOException {
            JsonValue value = JsonInput.argument("the value", json);
            try {
                StateCell written = device.cells().put(key, value);
                print(
                        Json.object("key", key, "writtenAt", Json.time(written.writtenMillis())),
                        "Written; 'tidelock state get HOME KEY' reads it on any device of the space");
                return 0;
            } catch (IllegalArgumentException tooLong) {
                throw CliException.usage(String.valueOf(tooLong.getMessage()));
            } catch (TransportException failed) {
                throw notAsked(failed);
            }
        }
    }

    @Command(name = "get", description = "Prints the value that was written last.")
    static final class Get extends HomeCommand {
        @Parameters(index = "1", paramLabel = "KEY", description = "The key.")
        private String key;

        @Override
        int run(DeviceHome device) {
            try {
                StateCell cell = device.cells()
                        .get(key)
                        .orElseThrow(() -> CliException.failed("nothing was ever written under '" + key
                                + "'; 'tidelock state set HOME KEY JSON' does"));
                out().println(cell.value().toJson());
                return 0;
            } catch (IllegalArgumentException tooLong) {
                throw CliException.usage(String.valueOf(tooLong.getMessage()));
            } catch (TransportException failed) {
                throw notAsked(failed);
            }
        }
    }
}
