package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncStatus;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description =
                "Says where the device stands, from its own database: never that it is synced while anything waits. Needs no relay.")
final class StatusCommand extends HomeCommand {
    @Option(
            names = "--forget-incidents",
            description = "Forget the incidents that were noticed so far. What is still so is noticed again.")
    private boolean forgetIncidents;

    @Override
    int run(DeviceHome device) {
        if (forgetIncidents) {
            device.client().forgetIncidents();
        }
        SyncStatus status = device.client().status();
        String stateHash = device.client().stateHash();
        if (isJson()) {
            out().println(StatusText.json(status)
                    .with("stateHash", Json.text(stateHash))
                    .with("space", Json.text(device.client().space()))
                    .with("device", Json.text(device.client().device()))
                    .toJson());
            return 0;
        }
        line("state", StatusText.word(status.state()));
        line("pending", String.format(Locale.ROOT, "%,d", status.pending()));
        line("quarantined", status.quarantined());
        if (status.held() > 0) {
            line("held back", status.held());
        }
        line("conflicts", status.conflicts());
        line("last sync", status.lastSyncMillis() == 0 ? "never" : Json.time(status.lastSyncMillis()));
        if (status.blockedBy() != BlockedBy.NOTHING) {
            line("blocked by", StatusText.word(status.blockedBy()) + ": " + Failures.oneLine(status.detail()));
            line("what to do", StatusText.advice(status.blockedBy()));
        }
        status.incidents().forEach(incident -> line("incident", StatusText.text(incident)));
        status.updatesNeeded().forEach(update -> line("update needed", StatusText.text(update)));
        line("devices", status.devices());
        line("clock offset", status.clockOffsetMillis() + " ms");
        line("state hash", stateHash);
        line("device", device.client().device() + " (" + device.settings().label() + ")");
        line("space", device.client().space());
        line("relay", device.settings().relay());
        return 0;
    }

    private void line(String name, Object value) {
        out().printf(Locale.ROOT, "%-13s %s%n", name, value);
    }
}
