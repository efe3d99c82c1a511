package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.Transaction;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.WriteRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "tx",
        description =
                "Makes all changes of a file as one transaction: all of them or none, here and on every other device.")
final class TxCommand extends HomeCommand {
    @Parameters(
            index = "1",
            paramLabel = "FILE.jsonl",
            description =
                    "One change per line: {\"op\",\"collection\",\"id\",\"value\"}; op is put, patch, rm, or a named op.")
    private Path file;

    @Override
    int run(DeviceHome device) throws IOException {
        try (JsonLines lines = new JsonLines(file)) {
            List<EventId> events = device.client().transaction(tx -> apply(tx, lines));
            print(Json.object("events", events), "Kept " + events.size() + " changes as one transaction");
            return 0;
        } catch (CliException failed) {
            throw CliException.failed(failed.getMessage() + "; nothing of the file was kept", failed);
        }
    }

    private static List<EventId> apply(Transaction tx, JsonLines lines) {
        List<EventId> events = new ArrayList<>();
        try {
            for (JsonValue line = lines.next(); line != null; line = lines.next()) {
                try {
                    events.add(Changes.apply(tx, line));
                } catch (WriteRefusedException | IllegalArgumentException refused) {
                    throw lines.problem(refused);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return events;
    }
}
