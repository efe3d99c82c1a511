package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        description =
                "Stays in sync until it is stopped (Ctrl-C or SIGTERM), and prints what happens. Other commands work on the folder meanwhile.")
final class RunCommand extends HomeCommand {
    @Option(
            names = "--interval",
            paramLabel = "D",
            converter = Durations.class,
            description = "From one sync to the next, 1s and more; 30s unless given.")
    private Duration interval = SyncClientBuilder.DEFAULT_INTERVAL;

    @Override
    DeviceHome open(Path folder, Passphrase given) throws Exception {
        return DeviceHome.open(folder, given, interval);
    }

    @Override
    boolean needsOwnIdentity() {
        return true;
    }

    @Override
    int run(DeviceHome device) throws Exception {
        try (StopSignal stop = StopSignal.install(out())) {
            tell(Json.object("event", "running", "device", device.client().device()), "running; Ctrl-C stops");
            while (!stop.awaitUnless(start(device))) {
                renew(device, "another copy of " + home() + " syncs as the same device");
                tell(
                        Json.object(
                                "event", "renewed", "device", device.client().device()),
                        "goes on as device " + device.client().device());
            }
            device.close();
            tell(Json.object("event", "stopped"), "stopped");
            return 0;
        }
    }

    /** @return done when the device needs another identity, or has got one from another process */
    private CompletableFuture<Void> start(DeviceHome device) {
        CompletableFuture<Void> notItself = new CompletableFuture<>();
        device.client().addListener(new Teller());
        device.client().addListener(new SyncListener() {
            @Override
            public void onStatusChanged(SyncStatus status) {
                if (status.blockedBy() == BlockedBy.FORKED || device.isRenewedElsewhere()) {
                    notItself.complete(null);
                }
            }
        });
        device.client().start();
        return notItself;
    }

    private void tell(JsonObject forPrograms, String forPeople) {
        printNow(
                forPrograms.with("at", Json.text(Json.time(System.currentTimeMillis()))),
                LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " " + forPeople);
    }

    private final class Teller implements SyncListener {
        private SyncStatus.State last;

        @Override
        public void onRecordsChanged(Set<RecordKey> keys) {
            tell(Json.object("event", "changed", "records", keys.size()), keys.size() + " records changed");
        }

        @Override
        public void onStatusChanged(SyncStatus status) {
            if (status.state() == last) {
                return;
            }
            last = status.state();
            tell(
                    StatusText.json(status).with("event", Json.text("status")),
                    StatusText.word(status.state())
                            + (status.pending() == 0 ? "" : ", " + status.pending() + " changes pending")
                            + (status.detail().isEmpty() ? "" : ": " + Failures.oneLine(status.detail())));
        }

        @Override
        public void onIncident(Incident incident) {
            tell(StatusText.json(incident).with("event", Json.text("incident")), StatusText.text(incident));
        }

        @Override
        public void onQuarantined(QuarantineItem item) {
            tell(
                    QuarantineCommand.json(item).with("event", Json.text("quarantined")),
                    "quarantined, " + StatusText.word(item.reason()) + ": " + Failures.oneLine(item.detail()));
        }

        @Override
        public void onSynced(SyncReport report) {
            if (report.pushed() + report.pulled() > 0) {
                tell(SyncCommand.json(report).with("event", Json.text("synced")), SyncCommand.text(report));
            }
        }
    }
}
