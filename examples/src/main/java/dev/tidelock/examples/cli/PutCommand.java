package dev.tidelock.examples.cli;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.model.EventId;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "put", description = "Sets a whole record. Durable when it returns; sent with the next sync.")
final class PutCommand extends ChangeCommand {
    @Parameters(index = "3", paramLabel = "JSON", description = "The value, or - to read it from standard input.")
    private String json;

    @Override
    EventId change(Collection in, String recordId) throws IOException {
        return in.put(recordId, JsonInput.argument("the value", json));
    }
}
