package dev.tidelock.examples.cli;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.model.EventId;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "patch",
        description = "Changes members of a record: JSON Merge Patch, RFC 7396. A member set to null is removed.")
final class PatchCommand extends ChangeCommand {
    @Parameters(index = "3", paramLabel = "JSON", description = "The patch, or - to read it from standard input.")
    private String json;

    @Override
    EventId change(Collection in, String recordId) throws IOException {
        return in.patch(recordId, JsonInput.argument("the patch", json));
    }
}
