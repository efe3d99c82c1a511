package dev.tidelock.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole command line. */
@Command(
        name = "tidelock",
        description =
                "End-to-end encrypted sync for apps, tried from a shell. HOME is a device's folder; two HOMEs are two devices.",
        footer = {
            "",
            "Exit status: 0 done, 1 it failed or needs attention, 2 wrong usage. With --json, standard output holds JSON and nothing else.",
            "Passphrases come from --passphrase-file or TIDELOCK_PASSPHRASE. TIDELOCK_DEBUG=1 shows where something failed."
        },
        subcommands = {
            InitCommand.class,
            PutCommand.class,
            PatchCommand.class,
            RmCommand.class,
            OpCommand.class,
            TxCommand.class,
            GetCommand.class,
            LsCommand.class,
            FindCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            BundleCommand.class,
            SyncCommand.class,
            RunCommand.class,
            WatchCommand.class,
            StatusCommand.class,
            HistoryCommand.class,
            InspectCommand.class,
            ConflictsCommand.class,
            ResolveCommand.class,
            QuarantineCommand.class,
            PairCommand.class,
            JoinCommand.class,
            DevicesCommand.class,
            ApproveCommand.class,
            DoctorCommand.class,
            RenewCommand.class,
            StateCommand.class,
            RemoveFromRelayCommand.class,
            RelayCommand.class,
            DemoCommand.class,
            SimulateCommand.class,
            BenchCommand.class
        })
final class Tidelock implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command was given");
    }
}
