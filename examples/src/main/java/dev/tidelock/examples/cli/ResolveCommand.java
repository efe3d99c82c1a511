package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.Resolution;
import dev.tidelock.sync.model.EventId;
import java.io.IOException;
import java.util.NoSuchElementException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resolve",
        description = "Settles an entry of the conflict log. That closes every entry of its record, on all devices.")
final class ResolveCommand extends HomeCommand {
    @Parameters(index = "1", paramLabel = "CONFLICT", description = "The entry's id, as 'tidelock conflicts' shows it.")
    private String conflict;

    @Option(
            names = "--keep",
            required = true,
            paramLabel = "local|remote|FILE",
            description =
                    "What the record becomes: what it is now, what had lost, or the JSON value in a file ('-' for standard input).")
    private String keep;

    @Override
    int run(DeviceHome device) throws IOException {
        Resolution resolution = switch (keep) {
            case "local" -> Resolution.keepLocal();
            case "remote" -> Resolution.keepRemote();
            default -> Resolution.value(JsonInput.file("the value", keep));
        };
        try {
            EventId event = device.client().resolve(id(), resolution);
            print(Json.object("event", event), event.toString());
            return 0;
        } catch (NoSuchElementException unknown) {
            throw CliException.failed("the conflict log has no open entry '" + conflict
                    + "'; 'tidelock conflicts HOME' lists those there are");
        }
    }

    private EventId id() {
        try {
            return EventId.parse(conflict);
        } catch (IllegalArgumentException malformed) {
            throw CliException.usage(
                    "'" + conflict + "' is not the id of a conflict; 'tidelock conflicts HOME' lists those there are");
        }
    }
}
