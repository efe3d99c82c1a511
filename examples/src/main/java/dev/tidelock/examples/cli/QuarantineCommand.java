package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.model.QuarantineItem;
import java.util.List;
import java.util.NoSuchElementException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "quarantine",
        description =
                "Lists what could not be sent, opened, decoded or merged, and mass deletes that wait for a decision; it is out of the way of everything else, and "
                        + "kept.")
final class QuarantineCommand extends HomeCommand {
    @ArgGroup(exclusive = true)
    private Action action;

    private static final class Action {
        @Option(names = "--retry", paramLabel = "ID", description = "Try an item again.")
        private String retry;

        @Option(
                names = "--discard",
                paramLabel = "ID",
                description =
                        "Let an item go. What a device of the space wrote then counts on no device, and cannot be brought back.")
        private String discard;
    }

    @Override
    int run(DeviceHome device) {
        if (action == null) {
            list(device.client().quarantine());
            return 0;
        }
        return action.retry != null ? retry(device.client(), action.retry) : discard(device.client(), action.discard);
    }

    private void list(List<QuarantineItem> items) {
        for (QuarantineItem item : items) {
            print(
                    json(item),
                    item.id() + "\t" + StatusText.word(item.reason()) + "\t" + Json.time(item.sinceMillis()) + "\t"
                            + item.detail());
        }
        if (items.isEmpty()) {
            say("Nothing is in quarantine");
        }
    }

    static JsonObject json(QuarantineItem item) {
        return Json.object(
                "id", item.id(),
                "reason", StatusText.word(item.reason()),
                "device", item.author(),
                "firstCounter", item.firstCounter(),
                "events", item.eventCount(),
                "detail", item.detail(),
                "since", Json.time(item.sinceMillis()));
    }

    private int retry(SyncClient client, String id) {
        try {
            client.retryQuarantined(id);
        } catch (NoSuchElementException unknown) {
            throw unknown(id);
        }
        boolean there = client.quarantine().stream().anyMatch(item -> item.id().equals(id));
        print(
                Json.object("id", id, "released", !there),
                there ? "It stays in quarantine: nothing has changed for it" : "It is out of quarantine, and applied");
        return there ? Failures.FAILED : 0;
    }

    private int discard(SyncClient client, String id) {
        try {
            client.discardQuarantined(id);
        } catch (NoSuchElementException unknown) {
            throw unknown(id);
        }
        print(
                Json.object("id", id, "discarded", true),
                "It is let go; what a device wrote in it counts nowhere from the next sync on");
        return 0;
    }

    private static CliException unknown(String id) {
        return CliException.failed(
                "there is no item '" + id + "' in quarantine; 'tidelock quarantine HOME' lists those there are");
    }
}
