package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = "Prints every record of a collection as a line {\"id\",\"value\"}, which import reads again.")
final class ExportCommand extends HomeCommand {
    @Parameters(index = "1", paramLabel = "COLLECTION", description = "The collection.")
    private String collection;

    @Override
    int run(DeviceHome device) {
        device.client()
                .collection(collection)
                .forEach((id, value) ->
                        out().println(Json.object("id", id, "value", value).toJson()));
        return 0;
    }
}
