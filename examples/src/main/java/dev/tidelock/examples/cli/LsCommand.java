package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "ls", description = "Lists the records of a collection, or of all of them.")
final class LsCommand extends HomeCommand {
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "COLLECTION",
            description = "The collection; all unless given.")
    private String collection;

    @Override
    int run(DeviceHome device) {
        List<String> collections = collection == null ? device.client().collections() : List.of(collection);
        for (String name : collections) {
            device.client()
                    .collection(name)
                    .forEach((id, value) -> print(
                            Json.object("collection", name, "id", id, "value", value),
                            (collection == null ? name + "\t" : "") + id + "\t" + value.toJson()));
        }
        return 0;
    }
}
