package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Set;
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
    private Duration interval = SyncClient.Builder.DEFAULT_INTERVAL;

    @Override
    DeviceHome open(Path folder, Passphrase given) throws Exception {
        return DeviceHome.open(folder, given, interval);
    }

    @Override
    int run(DeviceHome device) throws Exception {
        try (StopSignal stop = StopSignal.install(out())) {
            device.client().addListener(new Teller());
            tell(Json.object("event", "running", "device", device.client().device()), "running; Ctrl-C stops");
            device.client().start();
            stop.await();
            device.close();
            tell(Json.object("event", "stopped"), "stopped");
            return 0;
        }
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
        public void onSynced(SyncReport report) {
            if (report.pushed() + report.pulled() > 0) {
                tell(SyncCommand.json(report).with("event", Json.text("synced")), SyncCommand.text(report));
            }
        }
    }
}
