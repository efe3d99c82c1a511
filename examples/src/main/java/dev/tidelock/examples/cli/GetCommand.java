package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.json.JsonValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "get", description = "Prints a record.")
final class GetCommand extends HomeCommand {
    @Parameters(index = "1", paramLabel = "COLLECTION", description = "The collection.")
    private String collection;

    @Parameters(index = "2", paramLabel = "ID", description = "The record's id.")
    private String id;

    @Override
    int run(DeviceHome device) {
        JsonValue value = device.client()
                .collection(collection)
                .get(id)
                .orElseThrow(() -> CliException.failed("there is no record '" + id + "' in '" + collection
                        + "'; 'tidelock ls HOME COLLECTION' lists those there are"));
        out().println(value.toJson());
        return 0;
    }
}
