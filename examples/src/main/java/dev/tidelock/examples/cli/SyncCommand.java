package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.common.Progress;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
        name = "sync",
        description =
                "Sends and fetches until nothing is pending. Exit status 1 if the relay cannot be reached, or something needs attention.")
final class SyncCommand extends HomeCommand {
    @Override
    int run(DeviceHome device) throws InterruptedException {
        SyncReport report = sync(device);
        print(json(report), text(report));
        SyncStatus status = device.client().status();
        if (status.state() == SyncStatus.State.SYNCED) {
            return 0;
        }
        say("tidelock: " + attention(status));
        return Failures.FAILED;
    }

    private SyncReport sync(DeviceHome device) throws InterruptedException {
        try (Progress progress = progress("Syncing")) {
            return device.client().sync();
        } catch (SyncException failed) {
            long pending = device.client().status().pending();
            throw CliException.failed(
                    "the sync with " + device.settings().relay() + " did not go through ("
                            + StatusText.word(failed.blockedBy()) + "): " + failed.getMessage() + "; "
                            + StatusText.advice(failed.blockedBy())
                            + (pending == 0 ? "" : "; " + pending + " changes wait here, none is lost"),
                    failed);
        }
    }

    static String attention(SyncStatus status) {
        if (status.quarantined() > 0) {
            return status.quarantined()
                    + " items are in quarantine; 'tidelock quarantine HOME' lists them, with --retry and --discard";
        }
        return "the device is " + StatusText.word(status.state()) + " with " + status.pending()
                + " changes pending; sync again";
    }

    static JsonObject json(SyncReport report) {
        return Json.object(
                "pushed", report.pushed(),
                "pulled", report.pulled(),
                "conflicts", report.conflicts(),
                "quarantined", report.quarantined(),
                "millis", report.millis());
    }

    static String text(SyncReport report) {
        String text = String.format(
                Locale.ROOT,
                "Sent %,d, received %,d changes in %,d ms",
                report.pushed(),
                report.pulled(),
                report.millis());
        return text + (report.conflicts() == 0 ? "" : "; " + report.conflicts() + " new in the conflict log");
    }
}
