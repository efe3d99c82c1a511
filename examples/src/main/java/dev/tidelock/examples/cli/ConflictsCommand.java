package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.model.Conflict;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "conflicts",
        description =
                "Lists the open entries of the conflict log: values that lost against a concurrent change, and are kept. "
                        + "'tidelock resolve' settles one; putting or removing the record closes its entries as well.")
final class ConflictsCommand extends HomeCommand {
    @Override
    int run(DeviceHome device) {
        List<Conflict> conflicts = device.client().conflicts();
        for (Conflict conflict : conflicts) {
            String at = Json.time(conflict.stamp().millis());
            print(
                    Json.object(
                            "conflict", conflict.id(),
                            "collection", conflict.key().collection(),
                            "id", conflict.key().id(),
                            "kind", StatusText.word(conflict.kind()),
                            "value", conflict.value(),
                            "device", conflict.id().device(),
                            "at", at,
                            "winner", conflict.winner()),
                    conflict.id() + "\t" + at + "\t" + conflict.key().collection() + "\t"
                            + conflict.key().id() + "\t" + conflict.value().toJson());
        }
        if (conflicts.isEmpty()) {
            say("The conflict log has no open entries");
        }
        return 0;
    }
}
