package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.common.Progress;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.model.WriteRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description =
                "Puts every line of a file as a record, 1,000 per transaction. A batch that has been reported survives "
                        + "whatever happens next; running the same import again completes it, and makes nothing twice.")
final class ImportCommand extends HomeCommand {
    /** Both so that a batch usually fits one envelope. */
    private static final int BATCH_RECORDS_MAX = 1000;

    private static final long BATCH_BYTES_MAX = 400 << 10;

    @Parameters(index = "1", paramLabel = "COLLECTION", description = "The collection.")
    private String collection;

    @Parameters(index = "2", paramLabel = "FILE.jsonl", description = "One JSON value per line.")
    private Path file;

    @Option(
            names = "--id",
            paramLabel = "MEMBER",
            description =
                    "The member that holds a record's id. Unless given: a line {\"id\",\"value\"} without other members, as "
                            + "export prints it, is taken apart; else the member 'id'; else a hash of the line.")
    private String idMember;

    @Override
    int run(DeviceHome device) throws IOException {
        Tally tally = new Tally();
        try (JsonLines lines = new JsonLines(file);
                Progress progress = progress("Importing")) {
            RecordReader reader = new RecordReader(lines, idMember);
            long total = Files.size(file);
            List<RecordReader.Record> batch = new ArrayList<>();
            long batchBytes = 0;
            for (RecordReader.Record record = reader.next(); record != null; record = reader.next()) {
                if (batch.size() == BATCH_RECORDS_MAX || batchBytes + record.bytes() > BATCH_BYTES_MAX) {
                    keep(device.client(), batch, lines, tally);
                    batchBytes = 0;
                    progress.at(lines.bytesRead(), total);
                }
                batch.add(record);
                batchBytes += record.bytes();
            }
            keep(device.client(), batch, lines, tally);
        } catch (CliException failed) {
            String kept =
                    tally.records == 0 ? "nothing of it was kept" : "the " + tally.records + " records before are kept";
            throw CliException.failed(
                    failed.getMessage() + "; " + kept + ", correct the file and import it again", failed);
        }
        print(
                Json.object("records", tally.records, "changed", tally.changed),
                "Imported " + tally.records + " records, " + tally.changed + " of them new or changed");
        return 0;
    }

    /** One transaction. What is there with the same value stays: so an import that was cut short can be run again. */
    private void keep(SyncClient client, List<RecordReader.Record> batch, JsonLines lines, Tally tally) {
        if (batch.isEmpty()) {
            return;
        }
        long[] line = {0};
        try {
            tally.changed += client.transaction(tx -> {
                long changed = 0;
                for (RecordReader.Record record : batch) {
                    line[0] = record.line();
                    if (!tx.get(collection, record.id())
                            .filter(record.value()::equals)
                            .isPresent()) {
                        tx.put(collection, record.id(), record.value());
                        changed++;
                    }
                }
                return changed;
            });
        } catch (WriteRefusedException | IllegalArgumentException refused) {
            throw CliException.failed(lines.place(line[0]) + ": " + refused.getMessage(), refused);
        }
        tally.records += batch.size();
        batch.clear();
        if (!isJson()) {
            out().println("Kept " + tally.records);
            out().flush();
        }
    }

    private static final class Tally {
        private long records;
        private long changed;
    }
}
