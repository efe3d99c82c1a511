package dev.tidelock.examples.cli;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.model.EventId;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "op",
        description =
                "Applies a named op: add, append, set-add, set-remove or max. Concurrent ops all count. On an object, JSON names the members: '{\"count\":1}'.")
final class OpCommand extends ChangeCommand {
    @Parameters(index = "3", paramLabel = "NAME", description = "add, append, set-add, set-remove or max.")
    private String name;

    @Parameters(index = "4", paramLabel = "JSON", description = "The argument, or - to read it from standard input.")
    private String json;

    @Override
    EventId change(Collection in, String recordId) throws IOException {
        return in.op(recordId, Changes.requireOp(name), JsonInput.argument("the argument", json));
    }
}
