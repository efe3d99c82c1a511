package dev.tidelock.examples.cli;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.model.EventId;
import picocli.CommandLine.Command;

@Command(
        name = "rm",
        description =
                "Removes a record; harmless if there is none. An edit made elsewhere by someone who had not seen this brings it back.")
final class RmCommand extends ChangeCommand {
    @Override
    EventId change(Collection in, String recordId) {
        return in.delete(recordId);
    }
}
