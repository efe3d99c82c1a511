package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.common.Progress;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.HomeSettings;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.examples.cli.home.PublicKeys;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "sync",
        description =
                "Sends and fetches until nothing is pending. Exit status 1 if the relay cannot be reached, or something needs attention.")
final class SyncCommand extends HomeCommand {
    @Option(
            names = "--accept-relay",
            description =
                    "The relay was emptied, replaced or swapped, and that is meant to be: makes the space there if it is gone, lets in again the devices whose keys "
                            + "this one knows, and sends everything that it lacks. Once for each wipe; nothing is lost here, whatever the relay holds.")
    private boolean acceptRelay;

    @Option(
            names = "--relay",
            paramLabel = "URL",
            description = "With --accept-relay: from now on, this device's relay is the one at URL.")
    private String relay;

    @Override
    DeviceHome open(Path folder, Passphrase given) throws Exception {
        if (relay != null) {
            if (!acceptRelay) {
                throw CliException.usage(
                        "--relay moves the device to another relay, and everything it holds is sent there;"
                                + " give --accept-relay as well if that is meant");
            }
            String url = Relays.requireUrl(relay);
            try (DeviceHome moving = super.open(folder, given)) {
                move(moving, url);
            }
        }
        return super.open(folder, given);
    }

    private static void move(DeviceHome device, String url) {
        try {
            device.moveTo(url);
        } catch (TransportException failed) {
            throw notTaken(url, device, failed);
        }
    }

    private static CliException notTaken(String url, DeviceHome device, TransportException failed) {
        boolean isStranger = failed.kind() == TransportException.Kind.REJECTED
                || failed.kind() == TransportException.Kind.UNAUTHORIZED;
        String advice = isStranger
                ? failed.getMessage() + "; a device that is one lets it in with 'tidelock approve HOME "
                        + PublicKeys.text(device.keys().identity().publicKey()) + "'"
                : Failures.message(failed);
        return CliException.failed(
                "the relay at " + url + " was not taken: " + advice + "; nothing was changed here", failed);
    }

    @Override
    boolean needsOwnIdentity() {
        return true;
    }

    @Override
    int run(DeviceHome device) throws Exception {
        if (acceptRelay) {
            accept(device);
        }
        SyncReport report = sync(device);
        device.finishWithPeer();
        print(json(report), text(report));
        SyncStatus status = device.client().status();
        if (status.state() == SyncStatus.State.SYNCED) {
            return 0;
        }
        say("tidelock: " + attention(status));
        return Failures.FAILED;
    }

    private void accept(DeviceHome device) {
        try {
            int letIn = device.acceptRelay();
            if (letIn > 0) {
                say("Let in again at " + device.settings().relay() + ": " + letIn + " devices");
            }
        } catch (TransportException failed) {
            throw notTaken(device.settings().relay(), device, failed);
        }
    }

    private SyncReport sync(DeviceHome device) throws Exception {
        try {
            return syncOnce(device);
        } catch (SyncException failed) {
            if (failed.blockedBy() != BlockedBy.FORKED) {
                throw failure(device, failed);
            }
        }
        renew(device, "another copy of " + home() + " syncs as the same device");
        try {
            return syncOnce(device);
        } catch (SyncException failed) {
            throw failure(device, failed);
        }
    }

    private SyncReport syncOnce(DeviceHome device) throws SyncException, InterruptedException {
        try (Progress progress = progress("Syncing")) {
            return device.client().sync();
        }
    }

    private static CliException failure(DeviceHome device, SyncException failed) {
        long pending = device.client().status().pending();
        return CliException.failed(
                "the sync with " + remote(device.settings()) + " did not go through ("
                        + StatusText.word(failed.blockedBy()) + "): " + failed.getMessage() + "; "
                        + StatusText.advice(failed.blockedBy())
                        + (pending == 0 ? "" : "; " + pending + " changes wait here, none is lost"),
                failed);
    }

    private static String remote(HomeSettings settings) {
        return switch (settings.way()) {
            case NONE -> "other devices";
            case MONOLITH -> "the other device, over " + settings.relay() + ",";
            default -> settings.relay();
        };
    }

    static String attention(SyncStatus status) {
        if (status.quarantined() > 0) {
            return status.quarantined()
                    + " items are in quarantine; 'tidelock quarantine HOME' lists them, with --retry and --discard";
        }
        long incidents = status.incidents().stream().filter(Incident::open).count();
        if (incidents > 0) {
            return incidents + " incidents are not over; 'tidelock status HOME' names them";
        }
        if (status.state() == SyncStatus.State.HOLDING) {
            return (status.held() == 0 ? "" : status.held() + " transactions are held back: ")
                    + "other devices have a newer app; 'tidelock status HOME' names what is newer";
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
