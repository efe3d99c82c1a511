package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.PastVersion;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "history",
        description =
                "Lists the versions of a record, newest first: what each change had made of what its author had seen.")
final class HistoryCommand extends HomeCommand {
    @Parameters(index = "1", paramLabel = "COLLECTION", description = "The collection.")
    private String collection;

    @Parameters(index = "2", paramLabel = "ID", description = "The record's id.")
    private String id;

    @Option(names = "--limit", paramLabel = "N", description = "So many at most; ${DEFAULT-VALUE} unless given.")
    private int limit = 100;

    @Override
    int run(DeviceHome device) {
        if (limit < 1) {
            throw CliException.usage("--limit is " + limit + "; 1 or more is accepted");
        }
        List<PastVersion> versions = device.client().collection(collection).history(id, limit);
        if (versions.isEmpty()) {
            throw CliException.failed("there is no record '" + id + "' in '" + collection
                    + "', and never was; 'tidelock ls HOME COLLECTION' lists those there are");
        }
        for (PastVersion version : versions) {
            JsonValue value = version.value();
            String at = Json.time(version.millis());
            print(
                    Json.object(
                            "event",
                            version.change(),
                            "device",
                            version.change().device(),
                            "at",
                            at,
                            "kind",
                            StatusText.word(version.kind()),
                            "deleted",
                            value == null,
                            "value",
                            value == null ? JsonValue.NULL : value),
                    at + "\t" + version.change() + "\t" + (value == null ? "removed" : value.toJson()));
        }
        return 0;
    }
}
