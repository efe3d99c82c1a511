package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.HomeDoctor;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.sqlite.StoreCheckup;
import dev.tidelock.sync.sqlite.StoreCheckup.Finding;
import dev.tidelock.sync.sqlite.StoreCheckup.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "doctor",
        description =
                "Checks a device's database without changing it, and says what to do. With --salvage, makes a new one of what a damaged one still holds; "
                        + "the damaged one stays beside it. Exits 1 if something is wrong.")
final class DoctorCommand extends BaseCommand {
    @Parameters(index = "0", paramLabel = "HOME", description = "The device's folder.")
    private Path home;

    @Option(names = "--salvage", description = "Save what can be saved, if something is wrong.")
    private boolean salvage;

    @Mixin
    private Passphrase passphrase;

    @Override
    public Integer call() throws Exception {
        try {
            return run(HomeDoctor.of(home));
        } catch (StoreException failed) {
            throw CliException.failed(home + ": " + Failures.message(failed), failed);
        }
    }

    private int run(HomeDoctor doctor) throws Exception {
        StoreCheckup checkup = doctor.check();
        boolean salvages = salvage && !checkup.isSound() && !is(checkup, Kind.NEWER_VERSION);
        HomeDoctor.Saved saved = salvages ? doctor.salvage(passphrase) : null;
        boolean well = checkup.isSound() || (saved != null && !saved.needsNewIdentity());
        String advice = saved == null ? advice(checkup) : advice(saved);
        if (isJson()) {
            out().println(json(checkup, saved, advice).toJson());
            return well ? 0 : 1;
        }
        out().println(checkup.isSound() ? "the database is sound" : "the database is not sound:");
        for (Finding finding : checkup.findings()) {
            out().println("  " + word(finding.kind()) + ": " + finding.detail());
        }
        if (saved != null) {
            out().printf(
                            Locale.ROOT,
                            "saved: %,d envelopes and %,d unsent changes; lost here: %,d envelopes and %,d unsent changes%n",
                            saved.envelopes(),
                            saved.unsent(),
                            saved.envelopesLost(),
                            saved.unsentLost());
        }
        if (!advice.isEmpty()) {
            out().println("what to do: " + advice);
        }
        return well ? 0 : 1;
    }

    private static boolean is(StoreCheckup checkup, Kind kind) {
        return checkup.findings().stream().anyMatch(finding -> finding.kind() == kind);
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one place that says what to do about a database. */
    private static String advice(StoreCheckup checkup) {
        if (checkup.isSound()) {
            return "";
        } else if (is(checkup, Kind.NEWER_VERSION)) {
            return "use a newer version of this program";
        } else if (is(checkup, Kind.MISSING)) {
            return "restore a copy of the folder, or join the space with a new folder from another device";
        }
        return "copy the folder, then run 'tidelock doctor HOME --salvage': it keeps what can be read, and the relay has what was sent";
    }

    private static String advice(HomeDoctor.Saved saved) {
        if (saved.needsNewIdentity()) {
            return "a part of this device's own history is gone, so it must not go on as the same device: join the space with a new folder from another"
                    + " device, then 'tidelock tx NEWHOME " + saved.file()
                    + "' makes the changes again that were never sent";
        }
        return "'tidelock sync HOME' gets what is lost here from the relay; the damaged database is " + saved.file()
                + ", remove it when all is well";
    }

    private static JsonObject json(StoreCheckup checkup, HomeDoctor.Saved saved, String advice) {
        List<JsonValue> findings = new ArrayList<>();
        for (Finding finding : checkup.findings()) {
            findings.add(Json.object("kind", word(finding.kind()), "detail", finding.detail()));
        }
        JsonObject json = Json.object(
                "sound", checkup.isSound(), "findings", findings, "salvaged", saved != null, "advice", advice);
        if (saved == null) {
            return json;
        }
        return json.with("damagedPages", JsonValue.of(saved.damagedPages()))
                .with("envelopes", JsonValue.of(saved.envelopes()))
                .with("envelopesLost", JsonValue.of(saved.envelopesLost()))
                .with("unsent", JsonValue.of(saved.unsent()))
                .with("unsentLost", JsonValue.of(saved.unsentLost()))
                .with("needsNewIdentity", JsonValue.of(saved.needsNewIdentity()))
                .with("file", Json.text(saved.file()));
    }
}
