package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.common.Progress;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.bundle.BundleException;
import dev.tidelock.sync.bundle.BundleReport;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "bundle",
        description = "Carries sealed changes by file, without a relay.",
        subcommands = {BundleCommand.Export.class, BundleCommand.Import.class})
final class BundleCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "'bundle export HOME FILE' or 'bundle import HOME FILE'");
    }

    private static BundleReport read(Path file, BundleWork work) throws Exception {
        try {
            return work.run();
        } catch (BundleException refused) {
            throw CliException.failed(file + ": " + refused.getMessage() + "; nothing was taken", refused);
        } catch (NoSuchFileException missing) {
            throw CliException.failed("there is no file " + missing.getFile(), missing);
        } catch (IOException failed) {
            throw CliException.failed(file + " cannot be read or written: " + failed.getMessage(), failed);
        }
    }

    private interface BundleWork {
        BundleReport run() throws Exception;
    }

    @Command(
            name = "export",
            description =
                    "Writes everything that the device holds to FILE, for 'bundle import' on another device of the space.")
    static final class Export extends HomeCommand {
        @Parameters(index = "1", paramLabel = "FILE", description = "The bundle; it takes the place of what is there.")
        private Path file;

        @Option(
                names = "--missing-from",
                paramLabel = "BUNDLE",
                description = "Leaves out what the device had that wrote BUNDLE: for an answer to it.")
        private Path missingFrom;

        @Override
        boolean needsOwnIdentity() {
            return true;
        }

        @Override
        int run(DeviceHome device) throws Exception {
            BundleReport report = read(missingFrom == null ? file : missingFrom, () -> write(device));
            print(
                    Json.object("envelopes", report.envelopes()),
                    String.format(Locale.ROOT, "Wrote %,d envelopes to %s", report.envelopes(), file));
            return 0;
        }

        /** Beside the file, which takes its name when it is whole. */
        private BundleReport write(DeviceHome device) throws Exception {
            Path target = file.toAbsolutePath();
            Path part = Files.createTempFile(target.getParent(), ".bundle-", ".part");
            try (Progress progress = progress("Writing")) {
                BundleReport report;
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
                    report = missingFrom == null
                            ? device.client().exportBundle(out)
                            : device.client().exportBundle(out, missingFrom);
                }
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
                return report;
            } finally {
                Files.deleteIfExists(part);
            }
        }
    }

    @Command(
            name = "import",
            description =
                    "Takes what another device of the space has exported. A file that is damaged anywhere is not taken at all; one that was taken before changes nothing. "
                            + "Exit status 1 if something in it cannot be used.")
    static final class Import extends HomeCommand {
        @Parameters(index = "1", paramLabel = "FILE", description = "The bundle.")
        private Path file;

        @Override
        int run(DeviceHome device) throws Exception {
            BundleReport report;
            try (Progress progress = progress("Taking")) {
                report = read(file, () -> device.client().importBundle(file));
            }
            print(
                    Json.object("envelopes", report.envelopes(), "added", report.added(), "refused", report.refused()),
                    String.format(Locale.ROOT, "%,d envelopes, %,d of them new", report.envelopes(), report.added()));
            if (report.refused() > 0) {
                say("tidelock: " + report.refused()
                        + " envelopes follow others that are not here, or are in quarantine;"
                        + " import what came before them, or a whole bundle");
                return Failures.FAILED;
            }
            return 0;
        }
    }
}
