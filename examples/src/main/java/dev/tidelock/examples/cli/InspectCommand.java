package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.sqlite.TableSize;
import dev.tidelock.sync.status.Inspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

@Command(
        name = "inspect",
        description =
                "Shows what a device's folder holds: files, tables, how far each device's envelopes are held, and how far the relay has been read. No values.")
final class InspectCommand extends HomeCommand {
    @Override
    int run(DeviceHome device) throws IOException {
        Inspection inspection = device.client().inspect();
        List<TableSize> tables = device.tables();
        List<Path> files = files();
        if (isJson()) {
            out().println(json(device, inspection, tables, files).toJson());
            return 0;
        }
        out().printf(
                        Locale.ROOT,
                        "device   %s of space %s%n",
                        device.client().device(),
                        device.client().space());
        out().printf(Locale.ROOT, "records  %,d%n", inspection.records());
        out().printf(
                        Locale.ROOT,
                        "waiting  %,d events in no envelope, %,d envelopes in the outbox%n",
                        inspection.unsealed(),
                        inspection.outbox());
        out().println(
                        inspection.log() == null
                                ? "relay    not read yet"
                                : "relay    read up to position " + inspection.position() + " of log "
                                        + inspection.log());
        for (Inspection.Head head : inspection.heads()) {
            out().printf(
                            Locale.ROOT,
                            "head     %s at event %,d, envelope %s, %s%n",
                            head.device(),
                            head.counter(),
                            head.hash(),
                            Json.time(head.lastSeenMillis()));
        }
        for (TableSize table : tables) {
            String bytes = table.bytes() < 0 ? "" : String.format(Locale.ROOT, ", %,d bytes", table.bytes());
            out().printf(Locale.ROOT, "table    %s: %,d rows%s%n", table.name(), table.rows(), bytes);
        }
        for (Path file : files) {
            out().printf(Locale.ROOT, "file     %s: %,d bytes%n", file.getFileName(), Files.size(file));
        }
        return 0;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(home())) {
            return all.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
        }
    }

    private static JsonValue json(DeviceHome device, Inspection inspection, List<TableSize> tables, List<Path> files)
            throws IOException {
        List<JsonValue> heads = new ArrayList<>();
        for (Inspection.Head head : inspection.heads()) {
            heads.add(Json.object(
                    "device",
                    head.device(),
                    "counter",
                    head.counter(),
                    "hash",
                    head.hash(),
                    "lastSeen",
                    Json.time(head.lastSeenMillis())));
        }
        List<JsonValue> sizes = new ArrayList<>();
        for (TableSize table : tables) {
            sizes.add(Json.object(
                    "name", table.name(), "rows", table.rows(), "bytes", table.bytes() < 0 ? null : table.bytes()));
        }
        List<JsonValue> lengths = new ArrayList<>();
        for (Path file : files) {
            lengths.add(Json.object("name", file.getFileName(), "bytes", Files.size(file)));
        }
        return Json.object(
                "space",
                device.client().space(),
                "device",
                device.client().device(),
                "records",
                inspection.records(),
                "unsealed",
                inspection.unsealed(),
                "outbox",
                inspection.outbox(),
                "cursor",
                Json.object("remote", inspection.remote(), "log", inspection.log(), "position", inspection.position()),
                "heads",
                heads,
                "tables",
                sizes,
                "files",
                lengths);
    }
}
